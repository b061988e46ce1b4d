import type { Fact } from '#domain/events/domain-event.ts'

/** Something that happened before this registry was opened. */
export interface PastEvent {
  readonly atMs: number
  /** Null: the server, or the schedule. */
  readonly actor: string | null
  readonly repository: string | null
  readonly fact: Fact
}
