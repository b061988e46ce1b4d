import { retentionBounds } from '#domain/policy/retention-settings.ts'
import * as z from 'zod/mini'
import { otherJob } from '../jobs/jobs.ts'
import { bytes, count, instant } from '../scalars.ts'

/** Why something waits for the approval of an administrator. */
export const retentionBrake = z.object({
  /** `first run`, `matches everything`, `share of tags`, `share of bytes`, `number of images`. */
  reason: z.string(),
  /** Null: the whole run waits. */
  repository: z.nullable(z.string()),
  message: z.string(),
})

const choices = {
  /** Also before each collection that makes its own plan. */
  beforeCollections: z.boolean(),
  /** Percent of a repository’s tags, and of the registry’s bytes, that one run may take. */
  maximumShare: z
    .int()
    .check(z.gte(retentionBounds.maximumShare[0]), z.lte(retentionBounds.maximumShare[1])),
  /** Images that one run may take; null: any number. */
  maximumImages: z.nullable(
    z.int().check(z.gte(retentionBounds.maximumImages[0]), z.lte(retentionBounds.maximumImages[1])),
  ),
  /** A policy that is new or was changed runs for the first time only once it is approved. */
  approveFirst: z.boolean(),
}

/** What counts as a pull. */
const pullSettings = z.object({
  /** Whether a request for a manifest’s headers (`HEAD`) counts, as nodes make that have it. */
  headCounts: z.boolean(),
  /** Accounts of scanners. */
  ignoredAccounts: z.array(z.string()).check(z.maxLength(100)),
  /** Parts of the `User-Agent` of scanners. */
  ignoredUserAgents: z
    .array(z.string().check(z.minLength(3), z.maxLength(200)))
    .check(z.maxLength(100)),
})

/** Who says what runs. */
const runningSettings = z.object({
  /** A report that is older counts as none, and nothing is cleaned then. */
  maximumAgeMinutes: z
    .int()
    .check(
      z.gte(retentionBounds.maximumAgeMinutes[0]),
      z.lte(retentionBounds.maximumAgeMinutes[1]),
    ),
  /** Clusters that must have reported before anything is cleaned. */
  clusters: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(63)),
        /** The account that may report for it, beside administrators; null: none. */
        account: z.nullable(z.string()),
      }),
    )
    .check(z.maxLength(100)),
})

export const retentionSettingsRequest = z.object({
  ...choices,
  /** Absent: as they are. */
  pulls: z.optional(pullSettings),
  /** Absent: as they are. */
  running: z.optional(runningSettings),
})

export const retentionSettings = z.object({
  ...choices,
  pulls: pullSettings,
  running: runningSettings,
  /** Since when every pull is recorded; null: none are. Rules know nothing of earlier ones. */
  pullsSince: z.nullable(instant),
  /** The policies that were approved, each in one version. */
  approvals: z.array(
    z.object({
      scope: z.string(),
      version: count,
      approvedBy: z.nullable(z.string()),
      approvedAt: instant,
    }),
  ),
  /** What the last run left for approval; null: nothing. */
  waiting: z.nullable(
    z.object({
      jobID: z.string(),
      /** To look at, to approve and to run, as long as it is kept. */
      previewID: z.nullable(z.string()),
      since: instant,
      /** Tags, and images without a tag. */
      count,
      brakes: z.array(retentionBrake),
    }),
  ),
})
export type WireRetentionSettings = z.infer<typeof retentionSettings>

export const approveRequest = z.object({ previewID: z.string() })

/** What a run did; counts are of tags, and of images without a tag. */
export const retentionResult = z.object({
  /** The preview that it followed, or that waits for approval; null: neither. */
  previewID: z.nullable(z.string()),
  planned: count,
  removed: count,
  /** What a collection could free then. */
  bytes,
  byRule: z.array(
    z.object({
      scope: z.string(),
      rule: z.string(),
      line: count,
      removed: count,
      bytes,
    }),
  ),
  byRepository: z.record(z.string(), z.object({ removed: count, bytes })),
  /** That stayed because something had changed. */
  skipped: count,
  failed: count,
  /** For approval. */
  waiting: count,
  left: count,
  /** The first of those that were skipped or failed, and why. */
  notes: z.array(
    z.object({ repository: z.string(), tag: z.nullable(z.string()), reason: z.string() }),
  ),
  brakes: z.array(retentionBrake),
  leftOut: z.array(z.object({ repository: z.string(), reason: z.string() })),
  endedBy: z.enum(['done', 'stopped']),
})

/** A run of the rules among the jobs. */
export const retentionJob = z.object({
  ...otherJob.shape,
  /** Null: only administrators are told. */
  request: z.nullable(z.object({ scope: z.string(), previewID: z.nullable(z.string()) })),
  result: z.nullable(retentionResult),
})
export type RetentionJob = z.infer<typeof retentionJob>

/** The `detail` of `APPROVAL_NEEDED`. */
export const approvalNeeded = z.object({
  previewID: z.string(),
  /** How many tags and untagged images would go. */
  removed: count,
  brakes: z.array(retentionBrake),
})
export type ApprovalNeeded = z.infer<typeof approvalNeeded>
