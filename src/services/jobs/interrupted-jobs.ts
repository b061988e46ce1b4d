import type { StoredJob } from '#state/jobs.ts'
import type { State, StateParts } from '#state/state.ts'
import { theServer } from '../activity/actor.ts'
import { createEventOf, type EventDeps } from '../activity/record-activity.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'
import { readJob, type JobKind } from './job-kind.ts'

export interface InterruptedJobsDeps extends EventDeps {
  readonly state: State
  readonly kinds: ReadonlyMap<string, JobKind>
}

/** Of a kind that this version does not know. */
const interruptedSomehow = 'the server stopped while this ran'

/** Ends a job as `errored`, because its server did not live to do it. */
export async function endInterrupted(
  deps: Omit<InterruptedJobsDeps, 'state'>,
  { jobs, activity }: Pick<StateParts, 'jobs' | 'activity'>,
  job: StoredJob,
): Promise<void> {
  const kind = deps.kinds.get(job.kind)
  const error = kind?.interrupted ?? interruptedSomehow
  const closed: StoredJob = {
    ...job,
    status: 'errored',
    // Its last sign of life: the real end is unknown.
    finishedAtMs: job.updatedAtMs,
    error,
  }
  const fact = kind?.facts.finished(readJob(kind, closed), 'interrupted') ?? null
  // Not recorded if an earlier version recorded its end, but did not store it.
  const event = fact && createEventOf(deps, fact, theServer, { id: `${job.id}-finished` })
  await jobs.appendLog(job.id, [{ timeMs: job.updatedAtMs, level: 'error', data: error }])
  await jobs.save(closed)
  if (event !== null) await activity.record(event)
}

/**
 * Ends as `errored` the jobs that a killed process left running. Resolves to their number.
 *
 * @param except the jobs of this process
 */
export async function closeInterruptedJobs(
  deps: InterruptedJobsDeps,
  except: ReadonlySet<string>,
): Promise<number> {
  const { jobs: running } = await deps.state.jobs.list({ running: true, offset: 0, limit: 1000 })
  const interrupted = running.filter(({ id }) => !except.has(id))
  for (const job of interrupted) {
    await writeAtomically(deps.state, (parts) => endInterrupted(deps, parts, job))
  }
  return interrupted.length
}
