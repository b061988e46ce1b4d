import type { DomainEvent } from '#domain/events/domain-event.ts'
import { ok, err, type Refusal, type Result } from '#domain/values/result.ts'
import type { JobTrigger, StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { theServer, type Actor } from '../activity/actor.ts'
import { createEventOf, type EventDeps } from '../activity/record-activity.ts'
import { createChangeSignal } from '#coordination/change-signal.ts'
import { createSerialQueue } from '#coordination/serial-queue.ts'
import { readJob, type JobKind, type JobView } from './job-kind.ts'
import { createJobRecords, type JobRecords } from './job-records.ts'
import { startJobRun, type JobRun, type JobRunDeps } from './job-run.ts'
import { createSharedJobRecords } from './shared-job-records.ts'

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
  /**
   * The jobs of this process, the one that started first before others, then those of other servers
   * as of the last look. Costs nothing.
   */
  runningJobs(): readonly JobView[]
  /** Only those of this process. Costs nothing. */
  runningHere(): readonly JobView[]
  /** The ids of jobs, of any server, that a person asked to stop. */
  stopping(): Promise<ReadonlySet<string>>
  /** Resolves when a job that runs has ended and is stored; at once for any other. */
  jobEnd(jobID: string): Promise<void>
  /**
   * At start-up: ends as `errored` the jobs that a killed process left running. Resolves to their
   * number. Those of a server that shares the state are ended later, when it has been silent for
   * long.
   */
  closeInterrupted(): Promise<number>
  /**
   * Call it about every second: the jobs of other servers become known here, and those of this one
   * there. Does nothing while no other server shares the state. Rejects if the state does not answer.
   */
  look(): Promise<void>
  /** Stops all jobs between two items, waits until they are stored, and starts no more. */
  shutdown(): Promise<void>
}

export interface JobRunnerDeps extends EventDeps, JobRunDeps {
  readonly state: State
  readonly kinds: readonly JobKind[]
  /** Whether other servers use the same state. */
  readonly isShared?: boolean
}

/** Jobs run beside each other as far as their kinds allow. */
export function createJobRunner(deps: JobRunnerDeps): JobRunner {
  const { state } = deps
  const kinds = new Map(deps.kinds.map((kind) => [kind.name, kind]))
  const runSerially = createSerialQueue()
  const runs = new Map<string, JobRun>()
  const createRecords = deps.isShared === true ? createSharedJobRecords : createJobRecords
  const records: JobRecords = createRecords({ ...deps, kinds })
  const looked = createChangeSignal()
  let isShuttingDown = false

  const runningHere = () => Array.from(runs.values(), (run) => run.jobView())
  const runningElsewhere = () => records.elsewhere().filter(({ job }) => !runs.has(job.id))
  const runningJobs = () => [...runningHere(), ...runningElsewhere()]

  async function startInTurn(
    kind: JobKind,
    given: unknown,
    start: JobStart,
  ): Promise<Result<JobView, StartRefusal>> {
    if (isShuttingDown) {
      return err({ code: 'SHUTTING_DOWN', message: 'the server is stopping: try again later' })
    }
    const conflict = conflictOf(kind, runningHere())
    if (conflict !== null) return err(conflict)
    const request = kind.readRequest(given)
    const prepared = await kind.prepare(request)
    if (!prepared.ok) return prepared
    const job = newJob(deps, kind, request, start)
    const started = kind.facts.started(job)
    const inTheWay = await records.begin(
      kind,
      job,
      started && createEventOf(deps, started, start.actor),
    )
    const refusal = inTheWay && conflictOf(kind, [inTheWay])
    if (refusal !== null) return err(refusal)
    const run = startJobRun(deps, {
      job,
      run: prepared.value,
      others: () => runningJobs().filter((other) => other.job.id !== job.id),
      save: records.save,
      storeEnd: (ended) => records.end(ended, endOf(deps, kind, ended)),
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
      if (run?.requestStop('asked') === false) return 'stopping'
      const job = run?.jobView().job ?? (await state.jobs.find(jobID))
      if (job === null) return 'no such job'
      const kind = kinds.get(job.kind)
      const fact = kind?.facts.stopped(readJob(kind, job)) ?? null
      const event = fact && createEventOf(deps, fact, actor)
      const isRunning = await records.stop(jobID, event, run !== undefined)
      return isRunning ? 'stopping' : 'not running'
    },

    runningJobs,
    runningHere,
    stopping: records.stopping,
    async jobEnd(jobID) {
      await runs.get(jobID)?.ended
      while (runningElsewhere().some(({ job }) => job.id === jobID)) await looked.next()
    },
    closeInterrupted: () => records.closeInterrupted(runs),

    async look() {
      try {
        await records.look(runs)
      } finally {
        looked.fire()
      }
    },

    async shutdown() {
      isShuttingDown = true
      records.close()
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

function newJob(
  { clock, createId }: EventDeps,
  kind: JobKind,
  request: unknown,
  { trigger, actor, scheduledAtMs }: JobStart,
): StoredJob {
  const nowMs = clock.nowMs()
  return {
    id: createId(),
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
}

/** The event of an end, which followers get before a caller can see that the job has ended. */
function endOf(deps: EventDeps, kind: JobKind, job: StoredJob): DomainEvent | null {
  const fact = kind.facts.finished(job, 'run to its end')
  return fact && createEventOf(deps, fact, theServer, { id: `${job.id}-finished` })
}
