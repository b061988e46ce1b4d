import type { DomainEvent } from '#domain/events/domain-event.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { JobTrigger, StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { theServer, type Actor } from '../activity/actor.ts'
import {
  startCollectionRun,
  type CollectionRun,
  type CollectionRunDeps,
  type JobView,
} from './job-run.ts'
import { createSerialQueue } from '../serial-queue.ts'
import { closeInterruptedJobs } from './interrupted-jobs.ts'
import { createEvent, recordActivity } from '../activity/record-activity.ts'
import { getPolicy } from '../settings/policy.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'

export interface StartRequest {
  readonly trigger: JobTrigger
  readonly actor: Actor
  /** Only plan, and keep the plan. */
  readonly dryRun?: boolean
  /** Remove at most what this plan lists. */
  readonly planID?: string
  /** When the schedule intended the start. */
  readonly scheduledAtMs?: number
}

export type StartRefusal =
  | { readonly code: 'JOB_ALREADY_RUNNING'; readonly message: string; readonly job: JobView }
  | { readonly code: 'NO_SUCH_PLAN'; readonly message: string }
  | { readonly code: 'SHUTTING_DOWN'; readonly message: string }

/** Runs collections, one at a time, and stores them. */
export interface Collections {
  /** Resolves as soon as the job is stored and running; the run itself continues. */
  startCollection(request: StartRequest): Promise<Result<JobView, StartRefusal>>
  /** Asks a run to end between two items. It ends as `canceled`, within about a second. */
  stopCollection(jobID: string, actor: Actor): Promise<'stopping' | 'not running' | 'no such job'>
  /** The run of this process, or null. Costs nothing. */
  runningJob(): JobView | null
  /**
   * At start-up: ends as `errored` the jobs that a killed process left running. Resolves to their
   * number.
   */
  closeInterrupted(): Promise<number>
  /** Stops the run between two items, waits until it is stored, and starts no more. */
  shutdown(): Promise<void>
}

export interface CollectionsDeps extends CollectionRunDeps {
  readonly state: State
}

export function createCollections(deps: CollectionsDeps): Collections {
  const { state } = deps
  const runSerially = createSerialQueue()
  let current: CollectionRun | null = null
  let isShuttingDown = false

  async function startInTurn(request: StartRequest): Promise<Result<JobView, StartRefusal>> {
    if (isShuttingDown) {
      return err({ code: 'SHUTTING_DOWN', message: 'the server is stopping: try again later' })
    }
    if (current !== null) return err(alreadyRunning(current.jobView()))
    const { planID = null } = request
    const plan = planID === null ? null : await state.plans.find(planID)
    if (planID !== null && plan === null) {
      const message = `there is no plan "${planID}" (any more): make a new one by a dry run`
      return err({ code: 'NO_SUCH_PLAN', message })
    }
    const policy = await getPolicy(deps)
    const job = await storeNewJob(deps, request)
    const run = startCollectionRun(deps, {
      job,
      policy,
      plan,
      storeEnd: (ended) => storeEnd(deps, ended),
    })
    current = run
    void run.ended.then(() => (current = null))
    return ok(run.jobView())
  }

  return {
    startCollection: (request) => runSerially(() => startInTurn(request)),

    async stopCollection(jobID, actor) {
      if (current?.jobView().job.id !== jobID) {
        return (await state.jobs.find(jobID)) === null ? 'no such job' : 'not running'
      }
      if (current.requestStop()) {
        await recordActivity(deps, 'collection stopped', actor, { jobID })
      }
      return 'stopping'
    },

    runningJob: () => current?.jobView() ?? null,

    closeInterrupted: () => closeInterruptedJobs(deps, current?.jobView().job.id ?? null),

    async shutdown() {
      isShuttingDown = true
      // A start that is under way either sees the flag or becomes `current`.
      await runSerially(async () => current?.requestStop())
      await current?.ended
    },
  }
}

/** Whether a collection is removing something: a dry run removes nothing. */
export const isCollecting = (collections: Pick<Collections, 'runningJob'>): boolean =>
  collections.runningJob()?.job.dryRun === false

async function storeNewJob(
  deps: CollectionsDeps,
  { trigger, actor, dryRun = false, planID, scheduledAtMs }: StartRequest,
): Promise<StoredJob> {
  const nowMs = deps.clock.nowMs()
  const job: StoredJob = {
    id: deps.createId(),
    status: 'running',
    trigger,
    actor: actor.name,
    dryRun,
    givenPlanID: planID ?? null,
    scheduledAtMs: scheduledAtMs ?? null,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    finishedAtMs: null,
    progress: null,
    result: null,
    planID: null,
    error: null,
  }
  const about = { jobID: job.id, dryRun, planID: job.givenPlanID }
  const event = createEvent(deps, 'collection started', actor, about)
  await writeAtomically(deps.state, async (parts) => {
    await parts.jobs.save(job)
    await parts.activity.record(event)
  })
  return job
}

/** The job and its event, which followers get before a caller can see that the run has ended. */
async function storeEnd(deps: CollectionsDeps, job: StoredJob): Promise<void> {
  const event = endOf(deps, job)
  await writeAtomically(deps.state, async (parts) => {
    await parts.jobs.save(job)
    await parts.activity.record(event)
  })
}

function endOf(deps: CollectionsDeps, job: StoredJob): DomainEvent {
  const { id: jobID, error, result, trigger, dryRun, startedAtMs, finishedAtMs } = job
  return createEvent(
    deps,
    'collection finished',
    theServer,
    {
      jobID,
      status: job.status === 'running' ? 'errored' : job.status,
      error,
      freedBytes: result && result.removed.bytes,
      run: {
        trigger,
        dryRun,
        tookMs: startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs,
        freedBytesByCause: Object.fromEntries(
          Object.entries((!dryRun && result?.byCause) || {}).map(([cause, { bytes }]) => [
            cause,
            bytes,
          ]),
        ),
        failures: result?.failures.length ?? 0,
      },
    },
    { id: `${jobID}-finished` },
  )
}

const alreadyRunning = (job: JobView): StartRefusal => ({
  code: 'JOB_ALREADY_RUNNING',
  message: job.stopping
    ? 'a collection is just being stopped: try again when it has ended'
    : 'a collection is running already: wait until it has finished, or stop it',
  job,
})
