import type { ActivityKind } from '#domain/events/activity-kind.ts'
import type { DomainEvent } from '#domain/events/domain-event.ts'

/** A reader who may not see everything. */
export interface ActivityReader {
  /** Sees the acts of this account, and acts on it. */
  readonly account: string
  /**
   * An earlier account may have had the name: the reader sees nothing from before this instant for
   * it.
   */
  readonly sinceMs?: number
  /** Namespaces and repositories: sees what happened in them. */
  readonly scopes: readonly string[]
}

/** Every given condition must hold. */
export interface ActivityFilter {
  readonly repository?: string
  /** Every repository below it: `team/app` and `team/a/b` for `team`. */
  readonly namespace?: string
  /** Null: acts of the schedule and the server. */
  readonly actor?: string | null
  /** Any of these. An empty list matches nothing. */
  readonly kinds?: readonly ActivityKind[]
  /** From this instant on. */
  readonly fromMs?: number
  /** Up to, but not including, this instant. */
  readonly toMs?: number
  /** Only what this reader may see. */
  readonly visibleTo?: ActivityReader
}

/** An event's place in the record: by time, then by the order of recording. */
export interface ActivityPlace {
  readonly atMs: number
  readonly position: number
}

export interface ActivityQuery extends ActivityFilter {
  /** Only what comes after this place, that is, what is older. */
  readonly after?: ActivityPlace
  readonly limit: number
}

export interface ActivityPage {
  /** Newest first; at the same instant, the last recorded first. */
  readonly events: readonly DomainEvent[]
  /** The place of the last of them; null if there are no more. */
  readonly next: ActivityPlace | null
}

/** An append-only record of what happened. */
export interface Activity {
  /**
   * Does not record an event again whose id is recorded already: resolves to false then. True also
   * for an event that will be recorded as soon as there is room.
   */
  record(event: DomainEvent): Promise<boolean>
  /** As fast for a long record as for a short one, unless matches are rare. */
  list(query: ActivityQuery): Promise<ActivityPage>
  /** The number of matches. Takes time in proportion to it. */
  count(filter: ActivityFilter): Promise<number>
}
