import type {
  CollectionProgress,
  CollectionResult,
  PlannedRemoval,
} from '#domain/collection/collection-result.ts'

export const jobStatuses = ['running', 'done', 'canceled', 'errored'] as const
export type JobStatus = (typeof jobStatuses)[number]
export const jobTriggers = ['schedule', 'person', 'api'] as const
export type JobTrigger = (typeof jobTriggers)[number]
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** One collection, planned, running or past. */
export interface StoredJob {
  readonly id: string
  readonly status: JobStatus
  readonly trigger: JobTrigger
  readonly actor: string | null
  readonly dryRun: boolean
  /** The plan that this run was given, or null. */
  readonly givenPlanID: string | null
  readonly scheduledAtMs: number | null
  readonly startedAtMs: number | null
  readonly updatedAtMs: number
  readonly finishedAtMs: number | null
  readonly progress: CollectionProgress | null
  readonly result: CollectionResult | null
  /** The plan that a dry run made and stored, or null. */
  readonly planID: string | null
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
  /** True: only dry runs. False: only runs that were to remove something. */
  readonly dryRun?: boolean
  readonly offset: number
  readonly limit: number
}

export interface JobPage {
  /** Newest first: in the reverse order of the first save of each. */
  readonly jobs: readonly StoredJob[]
  readonly total: number
}

/** Collections and their logs. */
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
   * Finished runs other than dry runs, which finished from `fromMs` up to, but not including,
   * `toMs`; oldest first.
   */
  finishedBetween(fromMs: number, toMs: number): Promise<readonly StoredJob[]>
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
