import { eventData, legacyData, type EventData, type LegacyData } from './event-data.ts'
import { accountActivityKinds, type ActivityKind } from './activity-kind.ts'

/** The version of the data of an event, by kind, as this version of Jetsam records it. */
export const eventVersion = 1

/** A kind of event and its data: what happened. */
export type Fact<K extends ActivityKind = ActivityKind> = {
  readonly [P in K]: { readonly kind: P; readonly data: EventData[P] }
}[K]

interface Envelope {
  readonly id: string
  readonly atMs: number
  readonly version: typeof eventVersion
  /** Null: the schedule, or the server itself. */
  readonly actor: string | null
  /** The address of the request, if there was one. */
  readonly from: string | null
  readonly repository: string | null
}

/** Something that happened, as it is recorded. */
export type DomainEvent = Envelope &
  (Fact | { readonly kind: ActivityKind; readonly data: LegacyData })

type KindAndData = Pick<DomainEvent, 'kind' | 'data'>

/** What happened, or null if an earlier version recorded it in words that cannot be read as data. */
export const factOf = ({ kind, data }: KindAndData): Fact | null =>
  'legacy' in data ? null : ({ kind, data } as Fact)

export const legacyOf = ({ data }: KindAndData): LegacyData['legacy'] | null =>
  'legacy' in data ? data.legacy : null

/** Data whose form is not known here is kept as a text. */
export function parseEventData(
  kind: string,
  version: number,
  data: unknown,
): EventData[ActivityKind] | LegacyData {
  const parsed = version === eventVersion ? schemaFor(kind, data)?.safeParse(data) : undefined
  if (parsed?.success) return parsed.data
  return { legacy: { subject: null, text: JSON.stringify(data) ?? null } }
}

/** Whether it is the data of this kind, or words of an earlier version. */
export const isEventData = (kind: ActivityKind, data: unknown): boolean =>
  schemaFor(kind, data)?.safeParse(data).success ?? false

function schemaFor(kind: string, data: unknown) {
  if (typeof data === 'object' && data !== null && 'legacy' in data) return legacyData
  return Object.hasOwn(eventData, kind) ? eventData[kind as ActivityKind] : undefined
}

/** The tag, digest, job or account that the event is about; null if there is none. */
export function subjectOf(event: KindAndData): string | null {
  const fact = factOf(event)
  if (fact === null) return legacyOf(event)?.subject ?? null
  const { data } = fact
  if ('account' in data) return data.account
  if ('jobID' in data) return data.jobID
  if ('reference' in data) return data.reference
  if ('tag' in data) return data.tag
  if ('digest' in data) return data.digest ?? ('entryID' in data ? (data.entryID ?? null) : null)
  return null
}

const ofAccounts: ReadonlySet<ActivityKind> = new Set(accountActivityKinds)

/** Whether it happened to this account. */
export const concernsAccount = (event: KindAndData, account: string): boolean =>
  ofAccounts.has(event.kind) && subjectOf(event) === account
