import * as z from 'zod/mini'
import { instant } from '../scalars.ts'
import { job, jobStatuses, jobTriggers, progress, verification } from './collection-jobs.ts'

/** How far a job of any kind is. The total is 0 while the phase cannot know it yet. */
const progressOfAnyKind = z.extend(progress, { phase: z.string() })

/** A job that is no collection. Of its request, result and error only administrators are told. */
export const otherJob = z.object({
  id: z.string(),
  /** `verification` */
  kind: z.string(),
  /** The same as the kind; of a collection it is `gc`. */
  action: z.string(),
  status: z.enum(jobStatuses),
  trigger: z.enum(jobTriggers),
  actor: z.nullable(z.string()),
  stopping: z.boolean(),
  scheduledAt: z.nullable(instant),
  startedAt: z.nullable(instant),
  lastUpdated: instant,
  finishedAt: z.nullable(instant),
  progress: z.nullable(progressOfAnyKind),
  /** In the form of the kind; null: not told. */
  request: z.unknown(),
  /** In the form of the kind; null until the end, if it failed, and if it is not told. */
  result: z.unknown(),
  error: z.nullable(z.string()),
})
export type OtherJob = z.infer<typeof otherJob>

/** `GET /jobs?kind=` of a kind that is no collection. */
export const otherJobList = z.object({ jobs: z.array(otherJob) })

/** A verification among the jobs; to administrators. */
export const verificationJob = z.object({
  ...otherJob.shape,
  request: z.object({ full: z.boolean() }),
  result: z.nullable(verification),
})
export type VerificationJob = z.infer<typeof verificationJob>

/** A job of any kind, as `GET /jobs/{id}` answers it. */
export const anyJob = z.union([job, otherJob])

/** `GET /jobs`: the kind says which form each has. */
export const anyJobList = z.object({ jobs: z.array(anyJob) })
