import type { ActivityKind } from '#domain/activity-kind.ts'

export interface ActivityEvent {
  readonly id: string
  readonly atMs: number
  readonly kind: ActivityKind
  /** Null: the schedule, or the server itself. */
  readonly actor: string | null
  /** The address the request came from, where there was one. */
  readonly from: string | null
  readonly repository: string | null
  /** The tag, digest, job or account concerned. */
  readonly subject: string | null
  readonly detail: string | null
}

export interface ActivityQuery {
  readonly repository?: string
  readonly actor?: string
  /** Any of these. An empty list asks for nothing. */
  readonly kinds?: readonly ActivityKind[]
  /** From then on. */
  readonly fromMs?: number
  /** Up to and without. */
  readonly toMs?: number
  readonly offset: number
  readonly limit: number
}

/** An append-only record. */
export interface Activity {
  record(event: ActivityEvent): Promise<void>
  /** The newest first; of the same instant, the one recorded last. `total` counts all matches. */
  list(
    query: ActivityQuery,
  ): Promise<{ readonly events: readonly ActivityEvent[]; readonly total: number }>
}
