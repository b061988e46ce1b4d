import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { JobProgress } from '#domain/jobs/job-progress.ts'

export const jobStatuses = ['running', 'done', 'canceled', 'errored'] as const
export type JobStatus = (typeof jobStatuses)[number]
export const jobTriggers = ['schedule', 'person', 'api'] as const
export type JobTrigger = (typeof jobTriggers)[number]
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * One job of some kind, running or past. What was asked of it and what it found are JSON values, in
 * the form of its kind; what an earlier version or a person left there may have any form.
 */
export interface StoredJob<Request = unknown, Found = unknown> {
  readonly id: string
  /** The name of a kind, also of one that this version does not know. */
  readonly kind: string
  readonly status: JobStatus
  readonly trigger: JobTrigger
  readonly actor: string | null
  readonly request: Request
  readonly scheduledAtMs: number | null
  readonly startedAtMs: number | null
  readonly updatedAtMs: number
  readonly finishedAtMs: number | null
  readonly progress: JobProgress | null
  /** Null until the end, and if it failed. */
  readonly result: Found | null
  readonly error: string | null
}

export interface StoredLogLine {
  readonly lineNum: number
  readonly timeMs: number
  readonly level: LogLevel
  readonly data: string
}

export interface JobQuery {
  /** True: only those that have not ended. False: only those that have. */
  readonly running?: boolean
  /** Only these; absent: all. */
  readonly kinds?: readonly string[]
  readonly offset: number
  readonly limit: number
}

export interface JobPage {
  /** Newest first: in the reverse order of the first save of each. */
  readonly jobs: readonly StoredJob[]
  readonly total: number
}

/** Jobs of all kinds, and their logs. */
export interface Jobs {
  /** Adds a job, or replaces the one with its id. */
  save(job: StoredJob): Promise<void>
  find(id: string): Promise<StoredJob | null>
  list(query: JobQuery): Promise<JobPage>
  /**
   * Appends lines, numbered on from the last one (from 0). Rejects with a `StateError`
   * `NO_SUCH_JOB` if no such job was saved.
   */
  appendLog(jobID: string, lines: readonly Omit<StoredLogLine, 'lineNum'>[]): Promise<void>
  /** Lines in order, starting with number `offset`. Empty for an unknown job. */
  log(jobID: string, offset: number, limit: number): Promise<readonly StoredLogLine[]>
  /**
   * Jobs of one kind that finished from `fromMs` up to, but not including, `toMs`; oldest first.
   */
  finishedBetween(kind: string, fromMs: number, toMs: number): Promise<readonly StoredJob[]>
}

/** A dry run's plan, kept so that a run can be given it. */
export interface StoredPlan {
  readonly id: string
  readonly jobID: string
  readonly madeAtMs: number
  readonly items: readonly PlannedRemoval[]
  readonly warnings: readonly string[]
  readonly estimatedMs: number
}

export interface Plans {
  /** Adds a plan, or replaces the one with its id. */
  save(plan: StoredPlan): Promise<void>
  find(id: string): Promise<StoredPlan | null>
  /** Removes all but the newest by `madeAtMs`: plans are soon out of date. */
  keepNewest(count: number): Promise<void>
}
