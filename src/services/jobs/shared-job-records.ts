import { createChangeSignal } from '#coordination/change-signal.ts'
import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { StoredRun } from '#state/job-runs.ts'
import type { StoredJob } from '#state/jobs.ts'
import type { StateParts } from '#state/state.ts'
import { isUnwritable } from '../full-disk/deferred-writes.ts'
import { endInterrupted } from './interrupted-jobs.ts'
import { readJob, type JobView } from './job-kind.ts'
import type { JobRecords, JobRecordsDeps } from './job-records.ts'
import type { JobRun } from './job-run.ts'

/**
 * A server whose run did not count on between so many looks is taken for dead. Looks are counted,
 * and no clock is asked: one that is set forward, and a process that was paused, kill no run.
 */
export const silentLooks = 45

interface Heard {
  readonly beats: number
  readonly looks: number
}

interface RunElsewhere {
  readonly run: StoredRun
  readonly view: JobView
}

/**
 * Jobs on servers that share a state. A server counts up each of its runs with every look, together
 * with its progress; that is also how it finds out that a person asked another server to stop it,
 * or that another server has taken it for dead. All that changes a job that runs asks first whether
 * it does, in one transaction: a server that was paused changes no job that was ended meanwhile.
 */
export function createSharedJobRecords(deps: JobRecordsDeps): JobRecords {
  const { state, kinds, report } = deps
  const looked = createChangeSignal()
  let others: readonly RunElsewhere[] = []
  let heard = new Map<string, Heard>()
  let isClosed = false

  const viewOf = (job: StoredJob, { isStopping }: StoredRun): JobView => {
    const kind = kinds.get(job.kind)
    return { job: kind ? readJob(kind, job) : job, stopping: isStopping }
  }

  async function runsIn(
    parts: Pick<StateParts, 'jobs' | 'jobRuns'>,
    isMeant: (run: StoredRun) => boolean,
  ): Promise<readonly RunElsewhere[]> {
    const found: RunElsewhere[] = []
    for (const run of await parts.jobRuns.all()) {
      const job = isMeant(run) ? await parts.jobs.find(run.jobID) : null
      if (job !== null) found.push({ run, view: viewOf(job, run) })
    }
    return found.toSorted(
      (one, other) => (one.view.job.startedAtMs ?? 0) - (other.view.job.startedAtMs ?? 0),
    )
  }

  /** Tells the others that a run goes on, and the run what they said. */
  async function beat(jobID: string, run: JobRun): Promise<void> {
    const told = await state.transaction(async ({ jobs, jobRuns }) => {
      const counted = await jobRuns.beat(jobID)
      if (counted !== null) await jobs.save(run.jobView().job)
      return counted
    })
    if (told === null) run.requestStop('ended elsewhere')
    else if (told.isStopping) run.requestStop('asked')
  }

  /** Ends a job whose server has died, unless it has counted on, or was ended by another server. */
  const endDead = (jobID: string, beats: number | null): Promise<boolean> =>
    state.transaction(async (parts) => {
      if (beats === null) {
        const runs = await parts.jobRuns.all()
        if (runs.some((run) => run.jobID === jobID)) return false
      } else if (!(await parts.jobRuns.end(jobID, beats))) return false
      const job = await parts.jobs.find(jobID)
      if (job?.status !== 'running') return false
      await endInterrupted(deps, parts, job)
      return true
    })

  /** Jobs that a server left which used the state alone. */
  async function closeInterrupted(runs: ReadonlyMap<string, JobRun>): Promise<number> {
    const { jobs } = await state.jobs.list({ running: true, offset: 0, limit: 1000 })
    let closed = 0
    for (const { id } of jobs) if (!runs.has(id) && (await endDead(id, null))) closed += 1
    return closed
  }

  async function listen(runs: ReadonlyMap<string, JobRun>): Promise<void> {
    others = await runsIn(state, ({ jobID }) => !runs.has(jobID))
    heard = new Map(
      others.map(({ run: { jobID, beats } }) => {
        const before = heard.get(jobID)
        return [jobID, { beats, looks: before?.beats === beats ? before.looks + 1 : 0 }]
      }),
    )
    for (const [jobID, { beats, looks }] of heard) {
      if (looks < silentLooks || !(await endDead(jobID, beats))) continue
      // Expected, as is the next one: where in the code they were found out does not matter.
      report(`job ${jobID} has ended`, 'the server that ran it does not answer any more')
    }
  }

  /** False: another server has ended it. */
  const storeEnd = (job: StoredJob, event: DomainEvent | null): Promise<boolean> =>
    state.transaction(async ({ jobs, jobRuns, activity }) => {
      if (!(await jobRuns.end(job.id))) return false
      await jobs.save(job)
      if (event !== null) await activity.record(event)
      return true
    })

  return {
    elsewhere: () => others.map(({ view }) => view),

    async stopping() {
      const runs = await state.jobRuns.all()
      return new Set(runs.flatMap(({ jobID, isStopping }) => (isStopping ? [jobID] : [])))
    },

    begin: (kind, job, event) =>
      state.transaction(async (parts) => {
        for (const { view } of await runsIn(parts, () => true)) {
          if (kind.conflictWith(view) !== null) return view
        }
        await parts.jobs.save(job)
        await parts.jobRuns.begin(job.id)
        if (event !== null) await parts.activity.record(event)
        return null
      }),

    // Each look does it.
    async save() {},

    async end(job, event) {
      for (;;) {
        try {
          const isStored = await storeEnd(job, event)
          const why = 'another server has ended it, because this one seemed to be dead'
          return isStored ? undefined : report(`the end of job ${job.id} cannot be stored`, why)
        } catch (error) {
          // Until then nobody knows: other servers do not hear that the run goes on.
          if (isUnwritable(error) && !isClosed) await looked.next()
          else return report(`the end of job ${job.id} cannot be stored`, error)
        }
      }
    },

    stop: (jobID, event) =>
      state.transaction(async ({ jobRuns, activity }) => {
        const isFirst = await jobRuns.stop(jobID)
        if (isFirst === true && event !== null) await activity.record(event)
        return isFirst !== null
      }),

    closeInterrupted,

    async look(runs) {
      try {
        await Promise.all(Array.from(runs, ([jobID, run]) => beat(jobID, run)))
        await listen(runs)
      } catch (error) {
        // Nothing was heard, of no server: it does not count as silence.
        heard = new Map()
        throw error
      } finally {
        looked.fire()
      }
    },

    close() {
      isClosed = true
      looked.fire()
    },
  }
}
