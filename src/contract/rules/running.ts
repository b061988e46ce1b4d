import * as z from 'zod/mini'
import { count, instant } from '../scalars.ts'

/** What a cluster runs, as it was reported. */
export const runningReport = z.object({
  cluster: z.string(),
  /** `file`: the file of `JETSAM_RUNNING`. */
  source: z.enum(['api', 'file']),
  /** Null: nothing was reported yet, or the file cannot be read. */
  reportedAt: z.nullable(instant),
  /** The name of an account. */
  reportedBy: z.nullable(z.string()),
  /** Why nothing may be cleaned by rule, as a sentence; null: the report is good. */
  problem: z.nullable(z.string()),
  /** How many images it names. */
  images: count,
  /** How many of them are not here: of other registries, or gone. */
  unknown: count,
  /** The first of these, each with its line in the report. */
  unknownImages: z.array(z.object({ line: count, image: z.string() })),
})
export type WireRunningReport = z.infer<typeof runningReport>

export const runningReports = z.object({
  /** A report that is older counts as none, and nothing is cleaned by rule then. */
  maximumAgeMinutes: count,
  reports: z.array(runningReport),
})

export const runningReportRequest = z.object({
  /**
   * Each a digest, or a reference such as `registry.example.com/team/app@sha256:…` or
   * `team/app:1.0`; `-` alone: nothing runs.
   */
  images: z.array(z.string()),
})

/** An image that runs, or that is needed for one that does. */
export const runningImage = z.object({
  /** A tag, or a digest. */
  reference: z.string(),
  clusters: z.array(z.string()),
})
