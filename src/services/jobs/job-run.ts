import type { JobProgress } from '#domain/jobs/job-progress.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Jobs, StoredJob } from '#state/jobs.ts'
import type { JobEnd, JobTask, JobView, RunJob } from './job-kind.ts'
import { createJobJournal } from './job-journal.ts'

/** Called with failures that no caller awaits, for the log. */
export type ReportFailure = (what: string, error: unknown) => void

export interface JobRunDeps {
  readonly state: { readonly jobs: Pick<Jobs, 'appendLog'> }
  readonly clock: Clock
  readonly report: ReportFailure
}

export interface JobRunOptions {
  /** As it is stored already, with status `running`. */
  readonly job: StoredJob
  readonly run: RunJob<unknown>
  readonly others: JobTask['others']
  /** Stores what it has done so far. */
  readonly save: (job: StoredJob) => Promise<void>
  /** Stores the ended job, and what follows from its end. Never rejects. */
  readonly storeEnd: (job: StoredJob) => Promise<void>
}

/** By a person, with its server, or because another server has ended it. */
export type WhyStop = 'asked' | 'shutdown' | 'ended elsewhere'

export interface JobRun {
  jobView(): JobView
  /** False if it was stopping already, or has ended. */
  requestStop(why: WhyStop): boolean
  /** Resolves, and never rejects, when the job has ended and is stored completely. */
  readonly ended: Promise<void>
}

const endingSoon = 'ending before the next item'
const whyStops: Readonly<Record<WhyStop, string>> = {
  asked: `asked to stop: ${endingSoon}`,
  shutdown: `asked to stop: ${endingSoon}`,
  'ended elsewhere': `another server has taken this one for dead, and this job for ended: ${endingSoon}`,
}

/** Runs one job of any kind, and records its progress, its log and its end. */
export function startJobRun(
  { clock, state, report }: JobRunDeps,
  { run, others, save, storeEnd, ...options }: JobRunOptions,
): JobRun {
  let { job } = options
  let stopping = false
  let isShutdown = false
  let isOver = false
  const journal = createJobJournal({ jobs: state.jobs, save, clock, jobID: job.id, report })

  const task: JobTask = {
    jobID: job.id,
    startedBy: job.actor,
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
    isOver = true
    const finishedAtMs = clock.nowMs()
    const ended: StoredJob = { ...job, ...end, finishedAtMs, updatedAtMs: finishedAtMs }
    await journal.flush()
    await storeEnd(ended)
    job = ended
  }

  return {
    jobView: () => ({ job, stopping }),
    requestStop(why) {
      if (isOver) return false
      const isFirst = !stopping
      stopping = true
      isShutdown ||= why === 'shutdown'
      if (isFirst) journal.log('info', whyStops[why])
      return isFirst
    },
    ended: runToEnd(),
  }
}
