import type { Clock } from '#collector/ports.ts'
import type { Activity, ActivityEvent } from '#state/activity.ts'
import type { Actor } from './actor.ts'

export interface ActivityPorts {
  readonly activity: Activity
  readonly clock: Clock
  readonly createId: () => string
}

export type RecordActivity = (
  kind: ActivityEvent['kind'],
  actor: Actor,
  about?: Partial<Pick<ActivityEvent, 'repository' | 'subject' | 'detail'>>,
) => Promise<void>

/** Writes what somebody did to the activity log, with the time it is now. */
export const createRecordActivity =
  ({ activity, clock, createId }: ActivityPorts): RecordActivity =>
  (kind, actor, { repository = null, subject = null, detail = null } = {}) =>
    activity.record({
      id: createId(),
      atMs: clock.nowMs(),
      kind,
      actor: actor.name,
      from: actor.from,
      repository,
      subject,
      detail,
    })
