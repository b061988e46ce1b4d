import type { Grant } from '#domain/access/access-level.ts'
import type { RetentionSettings } from '#domain/policy/retention-settings.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'

export const missedRunCauses = ['not running', 'held up', 'refused'] as const

/** Scheduled runs that did not start, since the last one that did. */
export interface MissedRuns {
  /** When the last of them was due. */
  readonly lastDueMs: number
  readonly count: number
  /**
   * Why the last of them did not start. `not running`: no server checked the schedule between
   * `sinceMs` and `untilMs`. `held up`: one did before and after, but not in between. `refused`:
   * for the reason in `message`, at `untilMs`.
   */
  readonly cause: (typeof missedRunCauses)[number]
  readonly sinceMs: number
  readonly untilMs: number
  readonly message: string | null
}

/** The decisions of administrators, and how far schedules were followed. */
export interface Settings {
  /** When jobs of a kind start by themselves, in the administrator's notation; null: never. */
  schedule(kind: string): Promise<string | null>
  setSchedule(kind: string, schedule: string | null): Promise<void>
  /**
   * As saved, possibly by another version: complete it with `completePolicy`. Null until one was
   * saved: then the default applies.
   */
  policy(): Promise<unknown>
  setPolicy(policy: CollectionPolicy): Promise<void>
  /**
   * The instant up to which the scheduler has looked for due runs of a kind, so that after a restart
   * it knows which ones it missed. Null before the first tick.
   */
  schedulerSeenMs(kind: string): Promise<number | null>
  setSchedulerSeenMs(kind: string, seenMs: number): Promise<void>
  /** Null: none since a scheduled run of the kind started. */
  missedRuns(kind: string): Promise<MissedRuns | null>
  setMissedRuns(kind: string, missed: MissedRuns | null): Promise<void>
  /** What can be pulled without signing in, by scope. */
  anonymousGrants(): Promise<readonly Grant[]>
  setAnonymousGrants(grants: readonly Grant[]): Promise<void>
  /**
   * How cleaning by rule runs, as saved, possibly by another version: complete it with
   * `completeRetentionSettings`. Null until it was saved.
   */
  retention(): Promise<unknown>
  setRetention(settings: RetentionSettings): Promise<void>
  /** The key that signs bearer tokens, in hexadecimal; null until one was needed. */
  bearerKey(): Promise<string | null>
  setBearerKey(key: string): Promise<void>
}
