import type { JobProgress } from '#domain/jobs/job-progress.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Jobs, StoredJob } from '#state/jobs.ts'
import type { JobEnd, JobTask, JobView, RunJob } from './job-kind.ts'
import { createJobJournal } from './job-journal.ts'

/** Called with failures that no caller awaits, for the log. */
export type ReportFailure = (what: string, error: unknown) => void

export interface JobRunDeps {
  readonly state: { readonly jobs: Jobs }
  readonly clock: Clock
  readonly report: ReportFailure
}

export interface JobRunOptions {
  /** As it is stored already, with status `running`. */
  readonly job: StoredJob
  readonly run: RunJob<unknown>
  readonly others: JobTask['others']
  /** Stores the ended job, and what follows from its end. */
  readonly storeEnd: (job: StoredJob) => Promise<void>
}

export interface JobRun {
  jobView(): JobView
  /** False if it was stopping already. */
  requestStop(why: 'asked' | 'shutdown'): boolean
  /** Resolves, and never rejects, when the job has ended and is stored completely. */
  readonly ended: Promise<void>
}

/** Runs one job of any kind, and records its progress, its log and its end. */
export function startJobRun(
  { clock, state, report }: JobRunDeps,
  { run, others, storeEnd, ...options }: JobRunOptions,
): JobRun {
  let { job } = options
  let stopping = false
  let isShutdown = false
  const journal = createJobJournal({ jobs: state.jobs, clock, jobID: job.id, report })

  const task: JobTask = {
    jobID: job.id,
    signal: {
      get aborted() {
        return stopping
      },
      get isShutdown() {
        return isShutdown
      },
    },
    others,
    progress(progress: JobProgress) {
      job = { ...job, progress, updatedAtMs: clock.nowMs() }
      journal.saveSoon(job)
    },
    log: journal.log,
  }

  async function outcome(): Promise<JobEnd<unknown>> {
    try {
      return await run(task)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      journal.log('error', reason)
      return { status: 'errored', result: null, error: reason }
    }
  }

  async function runToEnd(): Promise<void> {
    const end = await outcome()
    const finishedAtMs = clock.nowMs()
    const ended: StoredJob = { ...job, ...end, finishedAtMs, updatedAtMs: finishedAtMs }
    await journal.flush()
    await storeEnd(ended).catch((error: unknown) =>
      report(`the end of job ${job.id} cannot be recorded`, error),
    )
    // Also one that is in memory, from a time when the disk was full.
    await state.jobs
      .save(ended)
      .catch((error: unknown) => report(`the end of job ${job.id} cannot be stored`, error))
    job = ended
  }

  return {
    jobView: () => ({ job, stopping }),
    requestStop(why) {
      const isFirst = !stopping
      stopping = true
      isShutdown ||= why === 'shutdown'
      if (isFirst) journal.log('info', 'asked to stop: ending before the next item')
      return isFirst
    },
    ended: runToEnd(),
  }
}
