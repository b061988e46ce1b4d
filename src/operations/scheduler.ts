import type { Parsed } from '#domain/parsed.ts'
import type { Actor } from './actor.ts'

/** The schedule as it reads back; all null and no runs when there is none. */
export interface ScheduleView {
  /** Canonical: `@midnight` reads back as `0 * * *`. */
  readonly schedule: string | null
  readonly fields: {
    readonly hour: string
    readonly dayOfMonth: string
    readonly month: string
    readonly dayOfWeek: string
  } | null
  readonly description: string | null
  readonly nextRunsMs: readonly number[]
}

/** What a tick did. */
export type TickOutcome =
  | { readonly kind: 'nothing due' }
  | { readonly kind: 'started'; readonly dueMs: number; readonly jobID: string }
  /** Due, but a collection was running (or could not start): not made up for later. */
  | { readonly kind: 'skipped'; readonly dueMs: number; readonly reason: string }
  /** Due while no server was running: not made up for later. */
  | { readonly kind: 'missed'; readonly dueMs: readonly number[] }

/** Starts collections when the schedule says so. */
export interface Scheduler {
  /**
   * To be called about every ten seconds. Fires a due instant at most once, also when the clock is
   * set back, and only while it is fresh: instants that passed while no server ran are reported as
   * missed and not made up for.
   */
  tick(nowMs: number): Promise<TickOutcome>
  /** Null: never. Refusals have code `INVALID_SCHEDULE` and name the field. */
  setSchedule(text: string | null, actor: Actor): Promise<Parsed<ScheduleView>>
  schedule(): Promise<ScheduleView>
  /** What a schedule would be, without saving it. */
  preview(text: string, fromMs: number, count: number): Parsed<ScheduleView>
}
