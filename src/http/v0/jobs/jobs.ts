import { jobCalls } from '#contract/endpoints/jobs.ts'
import { paging } from '#contract/paging.ts'
import type { JobView } from '#services/jobs/job-kind.ts'
import { findJob, listJobs } from '#services/jobs/job-views.ts'
import { collectionKinds } from '#services/jobs/kinds/collection/is-collection.ts'
import type { Context } from 'hono'
import type { Env } from '../../request-context.ts'
import { ApiError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import { invalidParameter } from '../invalid-input.ts'
import { readQuery } from '../read-query.ts'
import type { Handlers } from '../mount-calls.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { actionOf, toJobResponse, toLogLineResponse } from './job-response.ts'

export const jobsHandlers = (services: ApiServices) =>
  ({
    listJobs: async (context) => {
      const viewer = viewerOf(context)
      const query = readQuery(context, jobCalls.listJobs.query)
      const offset = query.pageStart ?? query.start ?? 0
      const { running = 'any', action = 'any' } = query
      const kinds = kindsOf(services, query.kind).filter(
        (kind) => action === 'any' || actionOf(kind) === action,
      )
      const { jobs, total } = await listJobs(services, {
        kinds,
        ...(running === 'any' ? {} : { running }),
        offset,
        limit: query.pageSize ?? query.limit ?? paging.defaultPageSize,
      })
      const end = offset + jobs.length
      if (jobs.length > 0 && end < total) context.header(paging.nextPageStartHeader, String(end))
      if (query.count) context.header(paging.resourceCountHeader, String(total))
      return context.json({ jobs: jobs.map((view) => toJobResponse(view, viewer)) })
    },
  }) satisfies Partial<Handlers<typeof jobCalls>>

/** Scripts that know nothing of other kinds list collections. */
function kindsOf({ jobs }: ApiServices, asked: string | undefined): readonly string[] {
  if (asked === undefined) return collectionKinds
  const known = [...jobs.kinds.keys()]
  if (asked === 'any') return known
  if (known.includes(asked)) return [asked]
  throw invalidParameter('kind', `"${asked}" is none; known are any, ${known.join(', ')}`)
}

export const noSuchJob = (id: string): ApiError =>
  new ApiError('NO_SUCH_JOB', `there is no job "${id}"`)

/** The job in the path, or 404. */
async function jobOfPath(context: Context<Env>, services: ApiServices): Promise<JobView> {
  const id = context.req.param('id') ?? ''
  const view = await findJob(services, id)
  if (view === null) throw noSuchJob(id)
  return view
}

export const jobHandlers = (services: ApiServices) =>
  ({
    getJob: async (context) => {
      const view = await jobOfPath(context, services)
      return context.json(toJobResponse(view, viewerOf(context)))
    },
  }) satisfies Partial<Handlers<typeof jobCalls>>

/** For administrators: the lines name all repositories, also hidden ones. */
export const jobLogHandlers = (services: ApiServices) =>
  ({
    getJobLog: async (context) => {
      const { offset = 0, limit = 100 } = readQuery(context, jobCalls.getJobLog.query)
      const { job } = await jobOfPath(context, services)
      const lines = await services.state.jobs.log(job.id, offset, limit)
      return context.json(lines.map(toLogLineResponse))
    },
  }) satisfies Partial<Handlers<typeof jobCalls>>
