import type { Clock } from '#domain/time/clock.ts'
import type { Activity, ActivityEvent } from '#state/activity.ts'
import type { Actor } from './actor.ts'

export interface ActivityPorts {
  readonly activity: Activity
  readonly clock: Clock
  readonly createId: () => string
}

/** What it is about. An id that is told from what happened lets it be recorded once only. */
export type EventAbout = Partial<Pick<ActivityEvent, 'id' | 'repository' | 'subject' | 'detail'>>

export type CreateEvent = (
  kind: ActivityEvent['kind'],
  actor: Actor,
  about?: EventAbout,
) => ActivityEvent

export type RecordActivity = (...event: Parameters<CreateEvent>) => Promise<void>

/** What somebody did, with the time it is now. */
export const createEvents =
  ({ clock, createId }: Omit<ActivityPorts, 'activity'>): CreateEvent =>
  (kind, actor, { id = createId(), repository = null, subject = null, detail = null } = {}) => ({
    id,
    atMs: clock.nowMs(),
    kind,
    actor: actor.name,
    from: actor.from,
    repository,
    subject,
    detail,
  })

/** Writes what somebody did to the activity log, with the time it is now. */
export const createRecordActivity =
  ({ activity, ...ports }: ActivityPorts): RecordActivity =>
  (...event) =>
    activity.record(createEvents(ports)(...event))
