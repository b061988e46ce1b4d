import { activityKinds, type ActivityKind } from '#domain/events/activity-kind.ts'
import { eventData, legacyData } from '#domain/events/event-data.ts'
import * as z from 'zod/mini'
import { instant } from './instants.ts'

const entryFields = {
  id: z.string(),
  at: instant,
  /** The account's name; null: the schedule, or the server itself. */
  actor: z.nullable(z.string()),
  /** The address of the request. Null if there was none, or the reader may not know it. */
  from: z.nullable(z.string()),
  repository: z.nullable(z.string()),
  /** The tag, digest, job or account concerned. */
  subject: z.nullable(z.string()),
  /** A fixed text made of `data`, for scripts. */
  detail: z.nullable(z.string()),
}

/** What happened is in `data`, by kind; an earlier version may have recorded only words. */
const entryOf = (kind: ActivityKind) =>
  z.object({
    ...entryFields,
    kind: z.literal(kind),
    data: z.union([legacyData, eventData[kind]]),
  })

const [firstKind, ...otherKinds] = activityKinds
export const activityEntry = z.discriminatedUnion('kind', [
  entryOf(firstKind),
  ...otherKinds.map(entryOf),
])

export type ActivityEntry = z.infer<typeof activityEntry>

/** Newest first. */
export const activityList = z.object({ entries: z.array(activityEntry) })
export type ActivityList = z.infer<typeof activityList>

/** The value of `person=` for acts without an account: no account has such a name. */
export const serverAsPerson = '@server'
