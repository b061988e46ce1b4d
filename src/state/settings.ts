import type { CollectionPolicy } from '#domain/collection-policy.ts'

/** What administrators have decided. */
export interface Settings {
  /** The schedule as written by the administrator and read back; null: never. */
  schedule(): Promise<string | null>
  setSchedule(schedule: string | null): Promise<void>
  /** Null until a policy was saved: then the default is in force. */
  policy(): Promise<CollectionPolicy | null>
  setPolicy(policy: CollectionPolicy): Promise<void>
  /**
   * The instant up to which the scheduler has looked for due runs, so that a restart can tell which
   * ones it missed. Null before the first tick.
   */
  schedulerSeenMs(): Promise<number | null>
  setSchedulerSeenMs(seenMs: number): Promise<void>
}
