import type { Clock } from '#domain/time/clock.ts'
import type { Activity, ActivityEvent } from '#state/activity.ts'
import type { Actor } from './actor.ts'

export interface EventDeps {
  readonly clock: Clock
  readonly createId: () => string
}

export interface ActivityDeps extends EventDeps {
  readonly state: { readonly activity: Pick<Activity, 'record'> }
}

/** What the event is about. An id derived from the act lets it be recorded only once. */
export type EventAbout = Partial<Pick<ActivityEvent, 'id' | 'repository' | 'subject' | 'detail'>>

/** Creates events of an act, with the current time. */
export function createEvent(
  { clock, createId }: EventDeps,
  kind: ActivityEvent['kind'],
  actor: Actor,
  { id = createId(), repository = null, subject = null, detail = null }: EventAbout = {},
): ActivityEvent {
  return {
    id,
    atMs: clock.nowMs(),
    kind,
    actor: actor.name,
    from: actor.from,
    repository,
    subject,
    detail,
  }
}

/** Writes an act to the activity, with the current time. */
export const recordActivity = (
  deps: ActivityDeps,
  kind: ActivityEvent['kind'],
  actor: Actor,
  about?: EventAbout,
): Promise<void> => deps.state.activity.record(createEvent(deps, kind, actor, about))
