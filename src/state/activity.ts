import type { ActivityKind } from '#domain/events/activity-kind.ts'

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

/** Somebody who may not know everything. */
export interface ActivityReader {
  /** Sees what this account did, and what was done to it. */
  readonly account: string
  /** Who had the name before that was somebody else: nothing of theirs is seen for it. */
  readonly sinceMs?: number
  /** Namespaces and repositories: sees what was done in them. */
  readonly scopes: readonly string[]
}

/** Every condition that is given must hold. */
export interface ActivityFilter {
  readonly repository?: string
  /** Every repository below it: `team/app` and `team/a/b` of `team`. */
  readonly namespace?: string
  /** Null: what nobody did, but the schedule or the server. */
  readonly actor?: string | null
  /** Any of these. An empty list asks for nothing. */
  readonly kinds?: readonly ActivityKind[]
  /** From then on. */
  readonly fromMs?: number
  /** Up to and without. */
  readonly toMs?: number
  /** Only what this reader sees. */
  readonly visibleTo?: ActivityReader
}

/** Where an event stands in the record: by time, and of the same instant by when it was recorded. */
export interface ActivityPlace {
  readonly atMs: number
  readonly position: number
}

export interface ActivityQuery extends ActivityFilter {
  /** Only what comes after this place, which is what is older. */
  readonly after?: ActivityPlace
  readonly limit: number
}

export interface ActivityPage {
  /** The newest first; of the same instant, the one recorded last. */
  readonly events: readonly ActivityEvent[]
  /** The place of the last of them; null when there are no more. */
  readonly next: ActivityPlace | null
}

/** An append-only record. */
export interface Activity {
  /** An event whose id is recorded already is not recorded again. */
  record(event: ActivityEvent): Promise<void>
  /** As quick for a long record as for a short one, where what matches is not rare. */
  list(query: ActivityQuery): Promise<ActivityPage>
  /** How many match. Takes the longer the more there are. */
  count(filter: ActivityFilter): Promise<number>
}
