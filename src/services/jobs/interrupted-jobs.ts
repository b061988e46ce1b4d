import type { StoredJob } from '#state/jobs.ts'
import type { State } from '#state/state.ts'
import { theServer } from '../activity/actor.ts'
import { createEvent, type EventDeps } from '../activity/record-activity.ts'
import { writeAtomically } from '../full-disk/write-atomically.ts'

export interface InterruptedJobsDeps extends EventDeps {
  readonly state: State
}

/**
 * Ends as `errored` the jobs that a killed process left running. Resolves to their number.
 *
 * @param exceptID the job of this process
 */
export async function closeInterruptedJobs(
  deps: InterruptedJobsDeps,
  exceptID: string | null,
): Promise<number> {
  const { jobs } = deps.state
  const { jobs: running } = await jobs.list({ running: true, offset: 0, limit: 1000 })
  const interrupted = running.filter(({ id }) => id !== exceptID)
  for (const job of interrupted) {
    const error = 'the server stopped while this ran; what it had deleted is gone, nothing else is'
    const closed: StoredJob = {
      ...job,
      status: 'errored',
      // Its last sign of life: the real end is unknown.
      finishedAtMs: job.updatedAtMs,
      error,
    }
    // Not recorded if an earlier version recorded its end, but did not store it.
    const event = createEvent(
      deps,
      'collection finished',
      theServer,
      { jobID: job.id, status: 'errored', error, freedBytes: null },
      { id: `${job.id}-finished` },
    )
    const line = { timeMs: job.updatedAtMs, level: 'error', data: error } as const
    await writeAtomically(deps.state, async (parts) => {
      await parts.jobs.appendLog(job.id, [line])
      await parts.jobs.save(closed)
      await parts.activity.record(event)
    })
  }
  return interrupted.length
}
