import { activityKinds } from '#domain/events/activity-kind.ts'
import { isEventData, type DomainEvent } from '#domain/events/domain-event.ts'
import * as z from 'zod/mini'
import { instant } from './scalars.ts'

const entryFields = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(activityKinds),
  /** The account's name; null: the schedule, or the server itself. */
  actor: z.nullable(z.string()),
  /** The address of the request. Null if there was none, or the reader may not know it. */
  from: z.nullable(z.string()),
  repository: z.nullable(z.string()),
  /** The tag, digest, job or account concerned. */
  subject: z.nullable(z.string()),
  /** A fixed text made of `data`, for scripts. */
  detail: z.nullable(z.string()),
  /** What happened, by kind: see `eventData`. An earlier version may have recorded only words. */
  data: z.record(z.string(), z.unknown()),
})

export type ActivityEntry = Omit<z.infer<typeof entryFields>, 'kind' | 'data'> &
  Pick<DomainEvent, 'kind' | 'data'>

/** A check instead of a union by kind, whose code would be part of every page's first load. */
export const activityEntry = entryFields.check(({ value, issues }) => {
  if (isEventData(value.kind, value.data)) return
  issues.push({
    code: 'custom',
    path: ['data'],
    message: 'Invalid input: expected the data of its kind',
    input: value.data,
  })
}) as unknown as z.ZodMiniType<ActivityEntry>

/** Newest first. */
export const activityList = z.object({ entries: z.array(activityEntry) })
export type ActivityList = z.infer<typeof activityList>

/** The value of `person=` for acts without an account: no account has such a name. */
export const serverAsPerson = '@server'
