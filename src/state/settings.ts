import type { Grant } from '#domain/access/access-level.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'

export const missedRunCauses = ['not running', 'held up', 'refused'] as const

/** Runs of the schedule that did not start, since one last did. */
export interface MissedRuns {
  /** When the last of them was due. */
  readonly lastDueMs: number
  readonly count: number
  /**
   * Why the last of them did not start. `not running`: no server looked at the schedule between
   * `sinceMs` and `untilMs`. `held up`: one did before and after, but not in between. `refused`: what
   * `message` says, at `untilMs`.
   */
  readonly cause: (typeof missedRunCauses)[number]
  readonly sinceMs: number
  readonly untilMs: number
  readonly message: string | null
}

/** What administrators have decided, and how far the schedule was followed. */
export interface Settings {
  /** The schedule as written by the administrator and read back; null: never. */
  schedule(): Promise<string | null>
  setSchedule(schedule: string | null): Promise<void>
  /**
   * As it was saved, be it by another version: to be completed by `completePolicy`. Null until one
   * was saved: then the default is in force.
   */
  policy(): Promise<unknown>
  setPolicy(policy: CollectionPolicy): Promise<void>
  /**
   * The instant up to which the scheduler has looked for due runs, so that a restart can tell which
   * ones it missed. Null before the first tick.
   */
  schedulerSeenMs(): Promise<number | null>
  setSchedulerSeenMs(seenMs: number): Promise<void>
  /** Null: none since a run of the schedule started. */
  missedRuns(): Promise<MissedRuns | null>
  setMissedRuns(missed: MissedRuns | null): Promise<void>
  /** What may be read without signing in, by scope. */
  anonymousGrants(): Promise<readonly Grant[]>
  setAnonymousGrants(grants: readonly Grant[]): Promise<void>
  /** What bearer tokens are signed with, in hexadecimal; null until one was needed. */
  bearerKey(): Promise<string | null>
  setBearerKey(key: string): Promise<void>
}
