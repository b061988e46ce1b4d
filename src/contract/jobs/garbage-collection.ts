import * as z from 'zod/mini'
import { bytes, count, instant } from '../scalars.ts'
import { collectionEndings, jobTriggers, removed } from './collection-jobs.ts'
import { storageParts } from './storage.ts'

export const scheduleRequest = z.object({ schedule: z.string() })

export const scheduleFields = z.object({
  hour: z.string(),
  dayOfMonth: z.string(),
  month: z.string(),
  dayOfWeek: z.string(),
})

/** The schedule as it reads back; all fields null, and no runs, if there is none. */
export const schedule = z.object({
  schedule: z.nullable(z.string()),
  fields: z.nullable(scheduleFields),
  description: z.nullable(z.string()),
  nextRuns: z.array(instant),
  /** Scheduled runs that did not start, since the last one that did. */
  missed: z.nullable(
    z.object({
      /** When the last of them was due. */
      dueAt: instant,
      count,
      /** Why the last of them did not start: see `since`, `until` and `message`. */
      cause: z.enum(['not running', 'held up', 'refused']),
      /** From then until `until` no server checked the schedule (`not running`, `held up`). */
      since: instant,
      until: instant,
      /** Why a server refused to start it; null unless the cause is `refused`. */
      message: z.nullable(z.string()),
    }),
  ),
})
export type WireSchedule = z.infer<typeof schedule>

/** What the last collection saved; the whole body is `null` before the first. */
export const lastSavings = z.nullable(
  z.object({
    jobID: z.string(),
    trigger: z.enum(jobTriggers),
    startedAt: instant,
    finishedAt: instant,
    status: z.enum(['done', 'canceled', 'errored']),
    bytesFreed: bytes,
    layersRemoved: count,
    manifestsRemoved: count,
    byCause: z.record(z.string(), removed),
    byRepository: z.record(z.string(), removed),
    failures: z.array(z.object({ subject: z.string(), reason: z.string() })),
  }),
)
export type LastSavings = z.infer<typeof lastSavings>

/** The figures of one verification of every tag. */
const lastVerification = z.object({
  tags: count,
  wholeTags: count,
  /** The number of places that could not be read and may hold tags that were not verified. */
  unread: count,
  at: instant,
  /** Every byte was read; otherwise sizes were compared. */
  full: z.boolean(),
})

/** Whether every tag is known to be whole. */
export const wholeness = z.object({
  /** The last verification, of a collection or requested; null before the first. */
  verification: z.nullable(lastVerification),
  /**
   * Tags that are known not to be whole and still show what was found, among those that the caller
   * may see. What a verification of every byte has found stays until the next of every byte.
   */
  broken: z.array(
    z.object({
      repository: z.string(),
      tag: z.string(),
      reason: z.string(),
      /** When a verification found it. */
      foundAt: instant,
    }),
  ),
  /** Of all repositories; `broken` lists about a hundred at most. */
  brokenCount: count,
})
export type WireWholeness = z.infer<typeof wholeness>

/** What a collection would free now, and what is stored. */
export const reclaimable = z.object({
  /**
   * The moment that it describes. All that was written through this server until the question is in
   * it, too; what other software wrote later is not.
   */
  asOf: instant,
  /** False: the store is being looked at again. Ask again soon. */
  isCurrent: z.boolean(),
  reclaimable: removed,
  byCause: z.record(z.string(), removed),
  storedBytes: bytes,
  tagCount: count,
  repositoryCount: count,
  /** The last verification, of a collection or requested: "412 of 412 tags verified". */
  verification: z.nullable(lastVerification),
  /** Why a collection would refuse to run now; null if it would not. */
  error: z.nullable(z.string()),
})
export type Reclaimable = z.infer<typeof reclaimable>

/** Images deleted a short time ago that a collection would take now. */
export const recentlyDeleted = z.object({
  images: count,
  /** What stays in storage if all of them are spared; null where it cannot be told. */
  bytes: z.nullable(bytes),
  /** The last deleted first, at most twenty. */
  named: z.array(
    z.object({
      repository: z.string(),
      /** Of a repository none. */
      tags: z.array(z.string()),
      digest: z.string(),
      /** Of a repository that was deleted whole: how many images it has. */
      imageCount: z.optional(count),
      deletedAt: instant,
      deletedBy: z.string(),
    }),
  ),
})
export type WireRecentlyDeleted = z.infer<typeof recentlyDeleted>

export const plannedItem = z.object({
  digest: z.nullable(z.string()),
  repository: z.nullable(z.string()),
  cause: z.string(),
  name: z.nullable(z.string()),
  isManifest: z.boolean(),
  size: bytes,
  /** The image that it is a part of; null: of none that goes, such as an orphaned layer. */
  image: z.nullable(
    z.object({
      repository: z.string(),
      digest: z.string(),
      /** The tags that showed it when it was deleted. */
      tags: z.array(z.string()),
      /** Of an image that was not deleted: when it was pushed. */
      pushedAt: z.nullable(instant),
      /** How many other manifests that go list the same item. */
      others: count,
    }),
  ),
})

export const plan = z.object({
  id: z.string(),
  jobID: z.string(),
  madeAt: instant,
  planned: removed,
  byCause: z.record(z.string(), removed),
  byRepository: z.record(z.string(), removed),
  /** The largest items that it removes, at most a hundred. */
  largest: z.array(plannedItem),
  /** The estimated time for which pushes would be rejected, in milliseconds. */
  estimatedMs: z.number(),
  /** Contents that could not be read, and are retained with everything that they may reach. */
  warnings: z.array(z.string()),
})
export type WirePlan = z.infer<typeof plan>

/** One finished run, for the charts. */
export const saving = z.object({
  jobID: z.string(),
  startedAt: instant,
  finishedAt: instant,
  trigger: z.enum(jobTriggers),
  status: z.enum(['done', 'canceled', 'errored']),
  /** Whether it did all that it had planned, was stopped, or ran out of its time. */
  endedBy: z.enum(collectionEndings),
  /** How many items it could not remove. */
  failures: count,
  bytesFreed: bytes,
  layersRemoved: count,
  manifestsRemoved: count,
  byCause: z.record(z.string(), removed),
  /** The same by repository, of those that the caller may see; with `repositories=true`. */
  byRepository: z.optional(z.record(z.string(), removed)),
  /** Bytes stored before the run, and how many of them were reclaimable. */
  storedBytes: bytes,
  reclaimableBytes: bytes,
  /**
   * What the stored bytes were there for before the run, with those of uploads, as far as the run
   * knew sizes; null of a run of a version that did not note it.
   */
  stored: z.nullable(
    z.object({
      parts: storageParts,
      /** How many more bytes fitted; null where that was not known. */
      free: z.nullable(bytes),
    }),
  ),
})
export type Saving = z.infer<typeof saving>

/** A run that failed before it had a plan: it removed nothing. */
export const failedRun = z.object({
  jobID: z.string(),
  startedAt: instant,
  finishedAt: instant,
  trigger: z.enum(jobTriggers),
})
export type FailedRun = z.infer<typeof failedRun>

export const savings = z.object({
  savings: z.array(saving),
  /** The collections of the same time that failed before they had a plan; the oldest first. */
  failedRuns: z.array(failedRun),
})
export type Savings = z.infer<typeof savings>

/** Why a digest is here: the shortest path from a root to it, or why it is garbage. */
export const explanation = z.object({
  /**
   * The moment that it describes. All that was written through this server until the question is in
   * it, too; what other software wrote later is not.
   */
  asOf: instant,
  /** False: the store is being looked at again. Ask again soon. */
  isCurrent: z.boolean(),
  digest: z.string(),
  kept: z.boolean(),
  /** One sentence. */
  reason: z.string(),
  /** From the root to the digest: `tag team/app:1.2` → `manifest sha256:…` → `layer sha256:…`. */
  path: z.array(z.object({ kind: z.string(), label: z.string(), digest: z.nullable(z.string()) })),
})
export type WireExplanation = z.infer<typeof explanation>
