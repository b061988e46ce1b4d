import type { ActivityKind } from '#domain/events/activity-kind.ts'
import { eventVersion, type DomainEvent, type Fact } from '#domain/events/domain-event.ts'
import type { EventData } from '#domain/events/event-data.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Activity } from '#state/activity.ts'
import type { Actor } from './actor.ts'

export interface EventDeps {
  readonly clock: Clock
  readonly createId: () => string
}

export interface ActivityDeps extends EventDeps {
  readonly state: { readonly activity: Pick<Activity, 'record'> }
}

/** Where it happened. An id derived from the act lets it be recorded only once. */
export type EventPlace = Partial<Pick<DomainEvent, 'id' | 'repository'>>

/** Creates the event of an act, with the current time. */
export const createEvent = <K extends ActivityKind>(
  { clock, createId }: EventDeps,
  kind: K,
  actor: Actor,
  data: EventData[K],
  { id = createId(), repository = null }: EventPlace = {},
): DomainEvent =>
  ({
    id,
    atMs: clock.nowMs(),
    version: eventVersion,
    kind,
    actor: actor.name,
    from: actor.from,
    repository,
    data,
  }) as DomainEvent

/** The same of a kind that is not known here. */
export const createEventOf = (
  deps: EventDeps,
  { kind, data }: Fact,
  actor: Actor,
  place?: EventPlace,
): DomainEvent => createEvent<ActivityKind>(deps, kind, actor, data, place)

/** Writes an act to the activity, with the current time. */
export async function recordActivity<K extends ActivityKind>(
  deps: ActivityDeps,
  kind: K,
  actor: Actor,
  data: EventData[K],
  place?: EventPlace,
): Promise<void> {
  await deps.state.activity.record(createEvent(deps, kind, actor, data, place))
}
