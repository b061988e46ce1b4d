import { activityKinds } from '#domain/events/activity-kind.ts'
import * as z from 'zod/mini'
import { instant } from './instants.ts'

export const activityEntry = z.object({
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
  detail: z.nullable(z.string()),
})
export type ActivityEntry = z.infer<typeof activityEntry>

/** Newest first. */
export const activityList = z.object({ entries: z.array(activityEntry) })
export type ActivityList = z.infer<typeof activityList>

/** The value of `person=` for acts without an account: no account has such a name. */
export const serverAsPerson = '@server'
