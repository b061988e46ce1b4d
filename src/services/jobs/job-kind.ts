import type { Fact } from '#domain/events/domain-event.ts'
import type { EventData } from '#domain/events/event-data.ts'
import type { JobProgress } from '#domain/jobs/job-progress.ts'
import type { StopSignal } from '#domain/time/clock.ts'
import { oneOf } from '#domain/values/json-fields.ts'
import type { Result } from '#domain/values/result.ts'
import type { JobStatus, LogLevel, StoredJob } from '#state/jobs.ts'

/** A job in its current state: a running one with its progress from memory. */
export interface JobView<Request = unknown, Found = unknown> {
  readonly job: StoredJob<Request, Found>
  /** A person pressed Stop, and the job has not ended yet. */
  readonly stopping: boolean
}

/** What is stored of a kind of job, and how it is read back. */
export interface JobCodec<Request = unknown, Found = unknown> {
  /** Stored with each job, and how clients name the kind: never changed once released. */
  readonly name: string
  /** The phases of its progress, in order. */
  readonly phases: readonly [string, ...string[]]
  /** Of a start, or as it was stored, by an earlier version too: missing parts are completed. */
  readRequest(stored: unknown): Request
  /** Null if it is none. */
  readResult(stored: unknown): Found | null
}

/** What the run of a job gets. */
export interface JobTask {
  readonly jobID: string
  /** The account that started it; null: it started by itself. */
  readonly startedBy: string | null
  readonly signal: StopSignal & {
    /** It is to stop because the server stops, not because a person asked. */
    readonly isShutdown: boolean
  }
  /** The other jobs that run now. */
  readonly others: () => readonly JobView[]
  readonly progress: (progress: JobProgress) => void
  readonly log: (level: LogLevel, message: string) => void
}

/** How a job ended. A run that rejects has ended as `errored`, with the reason as its error. */
export interface JobEnd<Found> {
  readonly status: Exclude<JobStatus, 'running'>
  readonly result: Found | null
  readonly error: string | null
}

export type RunJob<Found> = (task: JobTask) => Promise<JobEnd<Found>>

/**
 * A kind of job: what is stored of it, beside which jobs it may run, what it does, and what is
 * recorded of it. The runner does the rest, the same for all: progress, log, history, Stop, and the
 * end of what a crash left.
 */
export interface JobKind<Request = unknown, Found = unknown> extends JobCodec<Request, Found> {
  /** Why it cannot start while that job runs, for a person; null: it can. */
  conflictWith(running: JobView): string | null
  /**
   * Gets what the run needs, before the job is stored, and refuses what cannot be done. No other
   * job starts in between.
   */
  prepare(request: Request): Promise<Result<RunJob<Found>>>
  /** Absent: it cannot be scheduled. */
  readonly schedule?: JobSchedule<Request>
  /** What a job that the server did not survive has left, for a person. */
  readonly interrupted: string
  /** What the activity records of it. Null: nothing. */
  readonly facts: {
    started(job: StoredJob<Request, Found>): Fact | null
    /** A person has asked it to stop. */
    stopped(job: StoredJob<Request, Found>): Fact | null
    /** Also of a job that the server did not survive, which has no result. */
    finished(job: StoredJob<Request, Found>, how: 'run to its end' | 'interrupted'): Fact | null
  }
}

/** How a kind of job starts by itself. */
export interface JobSchedule<Request = unknown> {
  /** What such a start asks. */
  readonly request: Request
  /** What the activity records of it. Null: nothing. */
  changed(before: string | null, after: string | null): Fact | null
  skipped(data: EventData['collection skipped']): Fact | null
}

/** A stored job in the form of its kind. */
export const readJob = <Request, Found>(
  { phases, ...form }: JobCodec<Request, Found>,
  stored: StoredJob,
): StoredJob<Request, Found> => ({
  ...stored,
  request: form.readRequest(stored.request),
  progress: stored.progress && {
    ...stored.progress,
    phase: oneOf(phases, stored.progress.phase, phases[0]),
  },
  result: form.readResult(stored.result),
})
