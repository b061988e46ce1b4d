import type { JobPage, JobQuery, Jobs, StoredJob } from '#state/jobs.ts'
import { readJob, type JobView } from './job-kind.ts'
import type { JobRunner } from './job-runner.ts'

export interface JobViewDeps {
  readonly state: { readonly jobs: Pick<Jobs, 'find' | 'list'> }
  readonly jobs: Pick<JobRunner, 'kinds' | 'runningHere' | 'stopping'>
}

/** Any job, past or running; null if there is none. Its log is `state.jobs.log`. */
export async function findJob(deps: JobViewDeps, jobID: string): Promise<JobView | null> {
  const job = await deps.state.jobs.find(jobID)
  const [view = null] = job ? await viewsOf(deps, [job]) : []
  return view
}

/** Newest first. */
export async function listJobs(
  deps: JobViewDeps,
  query: JobQuery,
): Promise<{ readonly jobs: readonly JobView[]; readonly total: JobPage['total'] }> {
  const { jobs, total } = await deps.state.jobs.list(query)
  return { jobs: await viewsOf(deps, jobs), total }
}

/** In the form of their kinds, or as they were stored if this version does not know the kind. */
async function viewsOf(
  { jobs }: JobViewDeps,
  stored: readonly StoredJob[],
): Promise<readonly JobView[]> {
  const here = new Map(jobs.runningHere().map((view) => [view.job.id, view]))
  const isElsewhere = (job: StoredJob) => job.status === 'running' && !here.has(job.id)
  const stopping: ReadonlySet<string> = stored.some(isElsewhere) ? await jobs.stopping() : new Set()
  return stored.map((job) => {
    const kind = jobs.kinds.get(job.kind)
    return (
      here.get(job.id) ?? {
        job: kind ? readJob(kind, job) : job,
        stopping: stopping.has(job.id),
      }
    )
  })
}
