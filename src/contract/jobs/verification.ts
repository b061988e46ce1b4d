import * as z from 'zod/mini'
import { count, instant } from '../scalars.ts'
import { verification } from './collection-jobs.ts'

export const verificationRequest = z.object({
  /** Reads every byte, and compares it with its digest. Without it, sizes are compared. */
  full: z.optional(z.boolean()),
})

/** A requested check of every tag; null before the first. */
export const requestedVerification = z.nullable(
  z.object({
    full: z.boolean(),
    /** The account that requested it. */
    actor: z.nullable(z.string()),
    startedAt: instant,
    finishedAt: z.nullable(instant),
    /** How many of the blobs that tags lead to are checked; null until they are counted. */
    progress: z.nullable(z.object({ done: count, total: count })),
    result: z.nullable(verification),
    error: z.nullable(z.string()),
  }),
)
export type RequestedVerification = NonNullable<z.infer<typeof requestedVerification>>
