/** What people (and the schedule) do that others may ask about. */
export const activityKinds = [
  'image deleted',
  'tag deleted',
  'tag restored',
  'image restored',
  'image deleted forever',
  'image pushed',
  'schedule changed',
  'policy changed',
  'collection started',
  'collection stopped',
  'collection finished',
  'signed in',
  'sign-in refused',
  'signed out',
  'samples loaded',
  'account changed',
] as const
export type ActivityKind = (typeof activityKinds)[number]

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
  readonly kinds?: readonly ActivityKind[]
  readonly fromMs?: number
  readonly toMs?: number
  readonly offset: number
  readonly limit: number
}

/** An append-only record. */
export interface Activity {
  record(event: ActivityEvent): Promise<void>
  /** The newest first. */
  list(
    query: ActivityQuery,
  ): Promise<{ readonly events: readonly ActivityEvent[]; readonly total: number }>
}
