import type { JobPage, JobQuery, Jobs, StoredJob } from '#state/jobs.ts'
import { readJob, type JobView } from './job-kind.ts'
import type { JobRunner } from './job-runner.ts'

export interface JobViewDeps {
  readonly state: { readonly jobs: Pick<Jobs, 'find' | 'list'> }
  readonly jobs: Pick<JobRunner, 'kinds' | 'runningJobs'>
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

/** In the form of its kind, or as it was stored if this version does not know the kind. */
function viewOf({ jobs }: JobViewDeps, job: StoredJob): JobView {
  const running = jobs.runningJobs().find((view) => view.job.id === job.id)
  if (running) return running
  const kind = jobs.kinds.get(job.kind)
  return { job: kind ? readJob(kind, job) : job, stopping: false }
}
