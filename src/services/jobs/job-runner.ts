import type { Fact } from '#domain/events/domain-event.ts'
import { ok, err, type Refusal, type Result } from '#domain/values/result.ts'
import type { JobTrigger, StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { theServer, type Actor } from '../activity/actor.ts'
import { createEventOf, type EventDeps } from '../activity/record-activity.ts'
import { writeAtomically, writeEventually } from '../full-disk/write-atomically.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { closeInterruptedJobs } from './interrupted-jobs.ts'
import type { JobKind, JobView } from './job-kind.ts'
import { startJobRun, type JobRun, type JobRunDeps } from './job-run.ts'

/** Who or what starts a job. */
export interface JobStart {
  readonly trigger: JobTrigger
  readonly actor: Actor
  /** When the schedule intended the start. */
  readonly scheduledAtMs?: number
}

/** Of the runner, or of the kind. */
export interface StartRefusal extends Refusal {
  /** The job beside which it cannot start. */
  readonly job?: JobView
}

export interface RunnerRefusal extends StartRefusal {
  readonly code: 'JOB_ALREADY_RUNNING' | 'SHUTTING_DOWN'
}

/** Runs jobs of all kinds, and stores them. */
export interface JobRunner {
  /** By name. */
  readonly kinds: ReadonlyMap<string, JobKind>
  /**
   * Resolves as soon as the job is stored and running; the run itself continues.
   *
   * @param request in the form of the kind
   */
  startJob(kind: string, request: unknown, start: JobStart): Promise<Result<JobView, StartRefusal>>
  /** Asks a job to end between two items. It ends as `canceled`, within about a second. */
  stopJob(jobID: string, actor: Actor): Promise<'stopping' | 'not running' | 'no such job'>
  /** The jobs of this process, the one that started first before others. Costs nothing. */
  runningJobs(): readonly JobView[]
  /** Resolves when the job of this process has ended and is stored; at once for any other. */
  jobEnd(jobID: string): Promise<void>
  /**
   * At start-up: ends as `errored` the jobs that a killed process left running. Resolves to their
   * number.
   */
  closeInterrupted(): Promise<number>
  /** Stops all jobs between two items, waits until they are stored, and starts no more. */
  shutdown(): Promise<void>
}

export interface JobRunnerDeps extends EventDeps, JobRunDeps {
  readonly state: State
  readonly kinds: readonly JobKind[]
}

/** Jobs run beside each other as far as their kinds allow. */
export function createJobRunner(deps: JobRunnerDeps): JobRunner {
  const { state } = deps
  const kinds = new Map(deps.kinds.map((kind) => [kind.name, kind]))
  const runSerially = createSerialQueue()
  const runs = new Map<string, JobRun>()
  let isShuttingDown = false

  const runningJobs = () => Array.from(runs.values(), (run) => run.jobView())

  async function startInTurn(
    kind: JobKind,
    given: unknown,
    start: JobStart,
  ): Promise<Result<JobView, StartRefusal>> {
    if (isShuttingDown) {
      return err({ code: 'SHUTTING_DOWN', message: 'the server is stopping: try again later' })
    }
    const conflict = conflictOf(kind, runningJobs())
    if (conflict !== null) return err(conflict)
    const request = kind.readRequest(given)
    const prepared = await kind.prepare(request)
    if (!prepared.ok) return prepared
    const job = await storeNewJob(deps, kind, request, start)
    const run = startJobRun(deps, {
      job,
      run: prepared.value,
      others: () => runningJobs().filter((other) => other.job.id !== job.id),
      storeEnd: (ended) => storeEnd(deps, kind, ended),
    })
    runs.set(job.id, run)
    void run.ended.then(() => runs.delete(job.id))
    return ok(run.jobView())
  }

  return {
    kinds,

    async startJob(name, request, start) {
      const kind = kinds.get(name)
      if (kind === undefined) throw new Error(`there is no kind of job "${name}"`)
      return await runSerially(() => startInTurn(kind, request, start))
    },

    async stopJob(jobID, actor) {
      const run = runs.get(jobID)
      if (run === undefined) {
        return (await state.jobs.find(jobID)) === null ? 'no such job' : 'not running'
      }
      if (run.requestStop('asked')) {
        const { job } = run.jobView()
        const fact = kinds.get(job.kind)?.facts.stopped(job) ?? null
        if (fact !== null) await state.activity.record(createEventOf(deps, fact, actor))
      }
      return 'stopping'
    },

    runningJobs,
    async jobEnd(jobID) {
      await runs.get(jobID)?.ended
    },
    closeInterrupted: () => closeInterruptedJobs({ ...deps, kinds }, new Set(runs.keys())),

    async shutdown() {
      isShuttingDown = true
      // A start that is under way either sees the flag or is among the runs.
      await runSerially(async () => {
        for (const run of runs.values()) run.requestStop('shutdown')
      })
      await Promise.all(Array.from(runs.values(), (run) => run.ended))
    },
  }
}

function conflictOf(kind: JobKind, running: readonly JobView[]): RunnerRefusal | null {
  for (const job of running) {
    const message = kind.conflictWith(job)
    if (message !== null) return { code: 'JOB_ALREADY_RUNNING', message, job }
  }
  return null
}

async function storeNewJob(
  deps: JobRunnerDeps,
  kind: JobKind,
  request: unknown,
  { trigger, actor, scheduledAtMs }: JobStart,
): Promise<StoredJob> {
  const nowMs = deps.clock.nowMs()
  const job: StoredJob = {
    id: deps.createId(),
    kind: kind.name,
    status: 'running',
    trigger,
    actor: actor.name,
    request,
    scheduledAtMs: scheduledAtMs ?? null,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    finishedAtMs: null,
    progress: null,
    result: null,
    error: null,
  }
  await storeWith(writeAtomically, deps, job, kind.facts.started(job), actor)
  return job
}

/** The job and its event, which followers get before a caller can see that the job has ended. */
const storeEnd = (deps: JobRunnerDeps, kind: JobKind, job: StoredJob): Promise<void> =>
  storeWith(writeEventually, deps, job, kind.facts.finished(job, 'run to its end'), theServer, {
    id: `${job.id}-finished`,
  })

async function storeWith(
  write: typeof writeAtomically,
  deps: JobRunnerDeps,
  job: StoredJob,
  fact: Fact | null,
  actor: Actor,
  place?: { readonly id: string },
): Promise<void> {
  const event = fact && createEventOf(deps, fact, actor, place)
  await write(deps.state, async (parts) => {
    await parts.jobs.save(job)
    if (event !== null) await parts.activity.record(event)
  })
}
