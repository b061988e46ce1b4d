import type { Jobs, StoredJob } from '#state/jobs.ts'
import { theServer } from '../activity/actor.ts'
import { recordActivity, type ActivityDeps } from '../activity/record-activity.ts'

export interface InterruptedJobsDeps extends ActivityDeps {
  readonly state: ActivityDeps['state'] & { readonly jobs: Jobs }
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
    await jobs.appendLog(job.id, [{ timeMs: job.updatedAtMs, level: 'error', data: error }])
    await jobs.save(closed)
    // Unless it had finished, but was not stored as finished.
    await recordActivity(
      deps,
      'collection finished',
      theServer,
      { jobID: job.id, status: 'errored', error, freedBytes: null },
      { id: `${job.id}-finished` },
    )
  }
  return interrupted.length
}
