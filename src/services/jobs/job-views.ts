import type { JobPage, JobQuery, Jobs, StoredJob } from '#state/jobs.ts'
import type { JobView } from './job-run.ts'
import type { Collections } from './jobs.ts'

export interface JobViewDeps {
  readonly state: { readonly jobs: Pick<Jobs, 'find' | 'list'> }
  readonly collections: Pick<Collections, 'runningJob'>
}

/** Any job, past or running; null if there is none. Its log is `state.jobs.log`. */
export async function findJob(deps: JobViewDeps, jobID: string): Promise<JobView | null> {
  const job = await deps.state.jobs.find(jobID)
  return job && viewOf(deps, job)
}

/** Newest first. */
export async function listJobs(
  deps: JobViewDeps,
  query: JobQuery,
): Promise<{ readonly jobs: readonly JobView[]; readonly total: JobPage['total'] }> {
  const { jobs, total } = await deps.state.jobs.list(query)
  return { jobs: jobs.map((job) => viewOf(deps, job)), total }
}

function viewOf({ collections }: JobViewDeps, job: StoredJob): JobView {
  const running = collections.runningJob()
  return running?.job.id === job.id ? running : { job, stopping: false }
}
