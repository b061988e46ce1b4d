import { collectionPhases } from '#domain/collection/collection-result.ts'
import * as z from 'zod/mini'
import { bytes, count, instant } from '../scalars.ts'

export const collectionEndings = ['done', 'stopped', 'time limit'] as const

export const removed = z.object({ bytes, layers: count, manifests: count })

/** Which tags resolve to whole images; lists at most the first hundred that do not. */
export const verification = z.object({
  tags: count,
  wholeTags: count,
  broken: z.array(
    z.object({
      repository: z.string(),
      tag: z.string(),
      /** Where the tag pointed; absent if that cannot be told, and in older results. */
      digest: z.optional(z.string()),
      reason: z.string(),
    }),
  ),
  /** What could not be read, and may hold tags that were not verified. */
  unread: z.array(z.object({ repository: z.string(), reason: z.string() })),
  /**
   * How many manifests are listed by indexes and absent, as the policy accepts. Field absent: none.
   */
  absentPlatforms: z.optional(count),
})
export type WireVerification = z.infer<typeof verification>

export const collectionResult = z.object({
  dryRun: z.boolean(),
  /** The plan that a dry run made: `GET /garbage-collection/plan/{id}`. */
  planID: z.nullable(z.string()),
  planned: removed,
  removed,
  byCause: z.record(z.string(), removed),
  byRepository: z.record(z.string(), removed),
  skipped: count,
  /**
   * What could not be deleted. What was planned and is in none of the others was skipped. Absent in
   * older results.
   */
  failed: z.optional(removed),
  failures: z.array(z.object({ subject: z.string(), reason: z.string() })),
  left: removed,
  /**
   * Repositories that took no changes, because a server ended amid one: what was left of them waits
   * for the next run. Field absent: none.
   */
  leftIn: z.optional(z.array(z.object({ repository: z.string(), reason: z.string() }))),
  endedBy: z.enum(collectionEndings),
  storedBytes: bytes,
  verification: z.nullable(verification),
  gateClosedMs: z.number(),
})
export type WireCollectionResult = z.infer<typeof collectionResult>

export const progress = z.object({
  phase: z.enum(collectionPhases),
  done: count,
  total: count,
  bytesFreed: bytes,
  bytesPerSecond: z.number(),
  remainingMs: z.nullable(z.number()),
  repository: z.nullable(z.string()),
})
export type WireProgress = z.infer<typeof progress>

export const jobStatuses = ['running', 'done', 'canceled', 'errored'] as const

export const jobTriggers = ['schedule', 'person', 'api'] as const

/** A collection, or a dry run of one. */
export const job = z.object({
  id: z.string(),
  /** `collection` or `dry-run`. Jobs of other kinds are `otherJob`. */
  kind: z.string(),
  action: z.literal('gc'),
  status: z.enum(jobStatuses),
  trigger: z.enum(jobTriggers),
  /** The account that started it; null for the schedule. */
  actor: z.nullable(z.string()),
  dryRun: z.boolean(),
  /** A person pressed Stop, and the job has not ended yet. */
  stopping: z.boolean(),
  scheduledAt: z.nullable(instant),
  startedAt: z.nullable(instant),
  lastUpdated: instant,
  finishedAt: z.nullable(instant),
  progress: z.nullable(progress),
  result: z.nullable(collectionResult),
  /** Why it failed, and what it had deleted before, in words that a person can act on. */
  error: z.nullable(z.string()),
})
export type Job = z.infer<typeof job>

export const jobList = z.object({ jobs: z.array(job) })
export type JobList = z.infer<typeof jobList>

export const startJobRequest = z.object({
  /** `registryGC`, or `retention`: cleaning by rule. */
  job: z.string(),
  dryRun: z.optional(z.boolean()),
  /** A plan's id: the run removes at most what that plan lists. */
  plan: z.optional(z.string()),
  /** Images that were deleted less than this many hours ago stay this time, in a plan too. */
  spareDeletedHours: z.optional(z.int().check(z.gte(1), z.lte(8760))),
  /** Of `retention`: the repositories that it cleans; absent: all. */
  scope: z.optional(z.string()),
  /** Of `retention`: a preview's id, of which exactly this is taken. */
  preview: z.optional(z.string()),
})

/** The kinds of jobs that `POST /admin/jobs` accepts. */
export const knownJobs = ['registryGC', 'retention'] as const

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export const logLine = z.object({
  lineNum: z.number(),
  time: instant,
  level: z.enum(logLevels),
  data: z.string(),
})
export type LogLine = z.infer<typeof logLine>
export const logLines = z.array(logLine)
