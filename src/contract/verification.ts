import * as z from 'zod/mini'
import { count, instant } from './instants.ts'
import { verification } from './jobs.ts'

export const verificationRequest = z.object({
  /** Reads every byte, and compares it with its digest. Without it, sizes are compared. */
  full: z.optional(z.boolean()),
})

/** A check of every tag that somebody asked for; null before the first since the server started. */
export const requestedVerification = z.nullable(
  z.object({
    full: z.boolean(),
    /** Who asked for it. */
    actor: z.nullable(z.string()),
    startedAt: instant,
    finishedAt: z.nullable(instant),
    /** Of the blobs that tags lead to, how many were looked at; null until they are counted. */
    progress: z.nullable(z.object({ done: count, total: count })),
    result: z.nullable(verification),
    error: z.nullable(z.string()),
  }),
)
export type RequestedVerification = NonNullable<z.infer<typeof requestedVerification>>
