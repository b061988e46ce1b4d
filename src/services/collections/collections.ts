import type { Explanation } from '#gc/explain/explain.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'
import type { Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import type { JobPage, JobQuery, JobTrigger, StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { theServer, type Actor } from '../activity/actor.ts'
import {
  startCollectionRun,
  type CollectionRun,
  type CollectionRunPorts,
  type JobView,
} from './collection-run.ts'
import { createExplanations, type Explain } from './explanations.ts'
import { createInTurn } from '../in-turn.ts'
import { closeInterruptedJobs } from './interrupted-jobs.ts'
import {
  createReclaimable,
  type KnownAmounts,
  type ReclaimableGlance,
  type ReclaimablePorts,
  type ReclaimableView,
} from './reclaimable.ts'
import { createEvent, recordActivity } from '../activity/record-activity.ts'
import { writeTogether } from '../full-disk/together.ts'

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

export type { JobView }

/**
 * Called once a run has ended, with any result, before a caller can see that: a caller who sees the
 * end sees its effects.
 */
export type EndHook = (job: StoredJob) => void | Promise<void>

/** Runs collections, one at a time, and stores them. */
export interface Collections {
  /** Resolves as soon as the job is stored and running; the run itself continues. */
  start(request: StartRequest): Promise<Result<JobView, StartRefusal>>
  /** Asks a run to end between two items. It ends as `canceled`, within about a second. */
  stop(jobID: string, actor: Actor): Promise<'stopping' | 'not running' | 'no such job'>
  /** The run of this process, or null. Costs nothing. */
  running(): JobView | null
  /** Any job, past or running. Its log is `state.jobs.log`. */
  job(jobID: string): Promise<JobView | null>
  /** Newest first. */
  jobs(query: JobQuery): Promise<{
    readonly jobs: readonly JobView[]
    readonly total: JobPage['total']
  }>
  /** Computed again only after the registry has changed; concurrent calls share one run. */
  reclaimable(): Promise<ReclaimableView>
  /** The part of it that is known without a long wait. */
  reclaimableGlance(): Promise<ReclaimableGlance>
  /** Like `reclaimable`, under a changed policy. */
  reclaimableIf(changes: Partial<CollectionPolicy>): Promise<ReclaimableView>
  /** The last computed amounts, of any age; null: none yet. Costs nothing. */
  reclaimableKnown(): KnownAmounts | null
  /** Why a digest is here: what a collection would find now, under the current policy. */
  explain(digest: Digest): Promise<Explanation>
  /** Reports that images, tags or the trash changed by other means than a collection. */
  registryChanged(): void
  /**
   * At start-up: ends as `errored` the jobs that a killed process left running. Resolves to their
   * number.
   */
  closeInterrupted(): Promise<number>
  /** Calls `hook` after every run. Returns a function that removes it. */
  onEnd(hook: EndHook): () => void
  /** Stops the run between two items, waits until it is stored, and starts no more. */
  shutdown(): Promise<void>
}

export interface CollectionsPorts
  extends CollectionRunPorts, Pick<ReclaimablePorts, 'repositories'> {
  readonly state: State
  /** The current policy when a run starts. */
  readonly policy: () => Promise<CollectionPolicy>
  /** Reads the whole store, and answers for digests by what it found. */
  readonly createExplainer: (policy: CollectionPolicy) => Promise<Explain>
}

export function createCollections(ports: CollectionsPorts): Collections {
  const { state, clock, createId } = ports
  const inTurn = createInTurn()
  const hooks = new Set<EndHook>()
  let current: CollectionRun | null = null
  let isShuttingDown = false

  const reclaimable = createReclaimable({
    ...ports,
    jobs: state.jobs,
    analyse: async (policy) => (await ports.run({ policy, dryRun: true })).result,
    isCollecting: () => current !== null && !current.view().job.dryRun,
  })

  const explanations = createExplanations(ports.createExplainer)

  function registryChanged(): void {
    reclaimable.changed()
    explanations.changed()
  }

  async function startInTurn(request: StartRequest): Promise<Result<JobView, StartRefusal>> {
    const { trigger, actor, dryRun = false, planID = null, scheduledAtMs = null } = request
    if (isShuttingDown) {
      return err({ code: 'SHUTTING_DOWN', message: 'the server is stopping: try again later' })
    }
    if (current !== null) return err(alreadyRunning(current.view()))
    const plan = planID === null ? null : await state.plans.find(planID)
    if (planID !== null && plan === null) {
      const message = `there is no plan "${planID}" (any more): make a new one by a dry run`
      return err({ code: 'NO_SUCH_PLAN', message })
    }
    const policy = await ports.policy()
    const nowMs = clock.nowMs()
    const job: StoredJob = {
      id: createId(),
      status: 'running',
      trigger,
      actor: actor.name,
      dryRun,
      givenPlanID: planID,
      scheduledAtMs,
      startedAtMs: nowMs,
      updatedAtMs: nowMs,
      finishedAtMs: null,
      progress: null,
      result: null,
      planID: null,
      error: null,
    }
    const detail = dryRun ? 'dry run' : planID && `at most plan ${planID}`
    const event = createEvent(ports, 'collection started', actor, { subject: job.id, detail })
    await writeTogether(state, async (parts) => {
      await parts.jobs.save(job)
      await parts.activity.record(event)
    })
    const run = startCollectionRun(ports, { job, policy, plan, beforeEnd })
    current = run
    void run.ended.then(() => (current = null))
    return ok(run.view())
  }

  async function beforeEnd(job: StoredJob): Promise<void> {
    registryChanged()
    for (const hook of hooks) {
      try {
        await hook(job)
      } catch (error) {
        ports.report(`what follows job ${job.id} failed`, error)
      }
    }
    const freed = job.result === null ? '' : `, ${formatByteSize(job.result.removed.bytes)} freed`
    const detail = job.error === null ? `${job.status}${freed}` : `${job.status}: ${job.error}`
    const id = `${job.id}-finished`
    await recordActivity(ports, 'collection finished', theServer, { id, subject: job.id, detail })
  }

  const viewOf = (job: StoredJob): JobView => {
    const running = current?.view()
    return running?.job.id === job.id ? running : { job, stopping: false }
  }

  return {
    start: (request) => inTurn(() => startInTurn(request)),

    async stop(jobID, actor) {
      if (current?.view().job.id !== jobID) {
        return (await state.jobs.find(jobID)) === null ? 'no such job' : 'not running'
      }
      if (current.stop())
        await recordActivity(ports, 'collection stopped', actor, { subject: jobID })
      return 'stopping'
    },

    running: () => current?.view() ?? null,

    async job(jobID) {
      const job = await state.jobs.find(jobID)
      return job && viewOf(job)
    },

    async jobs(query) {
      const { jobs, total } = await state.jobs.list(query)
      return { jobs: jobs.map(viewOf), total }
    },

    reclaimable: () => reclaimable.view(),
    reclaimableIf: async (changes) => reclaimable.view({ ...(await ports.policy()), ...changes }),
    reclaimableGlance: reclaimable.glance,
    reclaimableKnown: reclaimable.known,
    registryChanged,

    async explain(digest) {
      return explanations.explain(digest, await ports.policy())
    },

    closeInterrupted: () => closeInterruptedJobs(ports, current?.view().job.id ?? null),

    onEnd(hook) {
      hooks.add(hook)
      return () => void hooks.delete(hook)
    },

    async shutdown() {
      isShuttingDown = true
      // A start that is under way either sees the flag or becomes `current`.
      await inTurn(async () => current?.stop())
      await current?.ended
    },
  }
}

const alreadyRunning = (job: JobView): StartRefusal => ({
  code: 'JOB_ALREADY_RUNNING',
  message: job.stopping
    ? 'a collection is just being stopped: try again when it has ended'
    : 'a collection is running already: wait until it has finished, or stop it',
  job,
})
