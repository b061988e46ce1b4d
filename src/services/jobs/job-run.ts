import type { Clock } from '#domain/time/clock.ts'
import type { CollectionEvent } from '#gc/ports/collection-event.ts'
import type { Collection, CollectionOptions } from '#gc/run.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { State } from '#state/state.ts'
import type { Jobs, StoredJob, StoredPlan } from '#state/jobs.ts'
import { estimateGateClosedMs, type RunToEstimate } from './kinds/collection/estimate.ts'
import { createJobJournal } from './job-journal.ts'

/** A job in its current state: a running one with its progress from memory. */
export interface JobView {
  readonly job: StoredJob
  /** A person pressed Stop, and the job has not ended yet. */
  readonly stopping: boolean
}

/** Runs a collection; the host passes it registry, gate and clock. */
export type RunCollection = (
  options: Pick<CollectionOptions, 'policy' | 'dryRun' | 'atMost' | 'signal' | 'emit'>,
) => Promise<Collection>

/** Called with failures that no caller awaits, for the log. */
export type ReportFailure = (what: string, error: unknown) => void

export interface CollectionRunDeps {
  readonly state: Pick<State, 'jobs' | 'plans'>
  readonly clock: Clock
  readonly createId: () => string
  readonly runCollection: RunCollection
  readonly report: ReportFailure
}

export interface CollectionRunOptions {
  /** As it is stored already, with status `running`. */
  readonly job: StoredJob
  readonly policy: CollectionPolicy
  readonly plan: StoredPlan | null
  /** Stores the ended job, and what follows from its end. */
  readonly storeEnd: (job: StoredJob) => Promise<void>
}

export interface CollectionRun {
  jobView(): JobView
  /** False if it was stopping already. */
  requestStop(): boolean
  /** Resolves, and never rejects, when the job has ended and is stored completely. */
  readonly ended: Promise<StoredJob>
}

/** Plans are soon out of date, and can be large. */
const plansToKeep = 20

/** Runs one collection and records its outcome. */
export function startCollectionRun(
  deps: CollectionRunDeps,
  { policy, plan, storeEnd, ...options }: CollectionRunOptions,
): CollectionRun {
  const { clock, state, report } = deps
  let { job } = options
  let stopping = false
  const journal = createJobJournal({ jobs: state.jobs, clock, jobID: job.id, report })

  function emit(event: CollectionEvent): void {
    if (event.kind === 'log') return journal.log(event.level, event.message)
    job = { ...job, progress: event.progress, updatedAtMs: clock.nowMs() }
    journal.saveSoon(job)
  }

  const signal = {
    get aborted() {
      return stopping
    },
  }

  async function outcome(): Promise<Partial<StoredJob>> {
    try {
      const { dryRun } = job
      const atMost = plan === null ? {} : { atMost: plan.items }
      const collection = await deps.runCollection({ policy, dryRun, ...atMost, signal, emit })
      const { result } = collection
      const planID = dryRun ? await keepPlan(deps, job.id, collection) : null
      return { status: result.endedBy === 'stopped' ? 'canceled' : 'done', result, planID }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      journal.log('error', reason)
      return { status: 'errored', error: reason }
    }
  }

  async function runToEnd(): Promise<StoredJob> {
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
    return ended
  }

  return {
    jobView: () => ({ job, stopping }),
    requestStop() {
      const isFirst = !stopping
      stopping = true
      if (isFirst) journal.log('info', 'asked to stop: ending before the next item')
      return isFirst
    },
    ended: runToEnd(),
  }
}

async function keepPlan(
  { state, clock, createId }: CollectionRunDeps,
  jobID: string,
  { plan: made }: Collection,
): Promise<string | null> {
  if (made === null) return null
  const madeAtMs = clock.nowMs()
  const id = createId()
  await state.plans.save({
    id,
    jobID,
    madeAtMs,
    items: made.items.toArray(),
    warnings: made.faults.map(({ repository, reason }) =>
      repository === null ? reason : `${repository}: ${reason}`,
    ),
    estimatedMs: estimateGateClosedMs({
      itemCount: made.items.length,
      last: await lastRun(state.jobs),
    }),
  })
  await state.plans.keepNewest(plansToKeep)
  return id
}

async function lastRun(stored: Jobs): Promise<RunToEstimate['last']> {
  const { jobs } = await stored.list({ running: false, dryRun: false, offset: 0, limit: 1 })
  const result = jobs[0]?.result
  if (!result) return null
  const { layers, manifests } = result.removed
  return { gateClosedMs: result.gateClosedMs, itemCount: layers + manifests }
}
