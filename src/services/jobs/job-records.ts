import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { writeAtomically, writeEventually } from '../full-disk/write-atomically.ts'
import type { InterruptedJobsDeps } from './interrupted-jobs.ts'
import { closeInterruptedJobs } from './interrupted-jobs.ts'
import type { JobKind, JobView } from './job-kind.ts'
import type { JobRun, ReportFailure } from './job-run.ts'

/** How jobs are stored, and what is known of those that other servers run. */
export interface JobRecords {
  /** The jobs of other servers, as of the last look. Costs nothing. */
  elsewhere(): readonly JobView[]
  /** The ids of jobs, of any server, that a person asked to stop. */
  stopping(): Promise<ReadonlySet<string>>
  /**
   * Stores a job that begins, with its event. Resolves to the job of another server beside which it
   * cannot start, and stores nothing; null: it is stored.
   */
  begin(kind: JobKind, job: StoredJob, event: DomainEvent | null): Promise<JobView | null>
  /** Stores what a job of this server has done so far. */
  save(job: StoredJob): Promise<void>
  /** Stores a job that has ended, with its event. Never rejects: what fails is reported. */
  end(job: StoredJob, event: DomainEvent | null): Promise<void>
  /**
   * A person asked a job to stop: records it, once. False if it does not run, and nothing is
   * recorded.
   */
  stop(jobID: string, event: DomainEvent | null, isHere: boolean): Promise<boolean>
  /** At the start. Resolves to the number of jobs that it ended because their server has died. */
  closeInterrupted(runs: ReadonlyMap<string, JobRun>): Promise<number>
  /** Call it about every second. Tells other servers of the runs here, and the runs of others. */
  look(runs: ReadonlyMap<string, JobRun>): Promise<void>
  /** Waits for nothing from now on. */
  close(): void
}

export interface JobRecordsDeps extends InterruptedJobsDeps {
  readonly state: State
  readonly report: ReportFailure
}

/** A job and its event, together. */
export const storeWith = async (
  write: typeof writeAtomically,
  { state }: { readonly state: State },
  job: StoredJob,
  event: DomainEvent | null,
): Promise<void> =>
  write(state, async (parts) => {
    await parts.jobs.save(job)
    if (event !== null) await parts.activity.record(event)
  })

/** No other process uses the state: what it has of a running job is only for a reader after a crash. */
export function createJobRecords(deps: JobRecordsDeps): JobRecords {
  const { state, report } = deps
  return {
    elsewhere: () => [],
    stopping: async () => new Set(),
    async begin(_, job, event) {
      await storeWith(writeAtomically, deps, job, event)
      return null
    },
    save: (job) => state.jobs.save(job),
    async end(job, event) {
      await storeWith(writeEventually, deps, job, event).catch((error: unknown) =>
        report(`the end of job ${job.id} cannot be recorded`, error),
      )
      // Also one that is in memory, from a time when the disk was full.
      await state.jobs
        .save(job)
        .catch((error: unknown) => report(`the end of job ${job.id} cannot be stored`, error))
    },
    async stop(_, event, isHere) {
      if (isHere && event !== null) await state.activity.record(event)
      return isHere
    },
    closeInterrupted: (runs) => closeInterruptedJobs(deps, new Set(runs.keys())),
    async look() {},
    close() {},
  }
}
