import type { StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
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

/**
 * Ends as `errored` the jobs that a killed process left running. Resolves to their number.
 *
 * @param except the jobs of this process
 */
export async function closeInterruptedJobs(
  deps: InterruptedJobsDeps,
  except: ReadonlySet<string>,
): Promise<number> {
  const { jobs } = deps.state
  const { jobs: running } = await jobs.list({ running: true, offset: 0, limit: 1000 })
  const interrupted = running.filter(({ id }) => !except.has(id))
  for (const job of interrupted) {
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
    const line = { timeMs: job.updatedAtMs, level: 'error', data: error } as const
    await writeAtomically(deps.state, async (parts) => {
      await parts.jobs.appendLog(job.id, [line])
      await parts.jobs.save(closed)
      if (event !== null) await parts.activity.record(event)
    })
  }
  return interrupted.length
}
