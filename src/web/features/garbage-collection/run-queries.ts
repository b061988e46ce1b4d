import { getJob, listJobs } from '#contract/endpoints/jobs.ts'
import { getPolicy } from '#contract/endpoints/policy.ts'
import type { Job } from '#contract/jobs/collection-jobs.ts'
import { queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { isOver, pollRunningMs } from '#web/entities/jobs/job-state.ts'

/*
 * What every page asks, to show a run that goes on. Separate from the other queries, because the
 * schemas of what they answer would be part of each page's first load.
 */

const root = queryKeys.garbageCollection

/** The keys by which to invalidate what a run changes. */
export const collectionKeys = {
  all: root,
  running: [...root, listJobs.name, 'running'],
} as const

/** Also how soon this page sees a run that another person or the schedule started. */
const pollIdleMs = 5000

/** The run under way, also a dry run; null without one. Every page polls it. */
export const runningJobQuery = queryOptions({
  queryKey: collectionKeys.running,
  queryFn: async ({ signal }) => {
    const { jobs } = await request(listJobs, {
      query: { action: 'gc', running: true, pageSize: 1 },
      signal,
    })
    return jobs.find((each) => !isOver(each)) ?? null
  },
  refetchInterval: ({ state }) => (state.data ? pollRunningMs : pollIdleMs),
  staleTime: pollRunningMs / 2,
})

export const fetchJob = (id: string, signal?: AbortSignal): Promise<Job> =>
  request(getJob, { parameters: { id }, signal })

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, getJob.name, id],
    queryFn: ({ signal }) => fetchJob(id, signal),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? pollRunningMs : false),
  })

export const policyQuery = queryOptions({
  queryKey: [...root, getPolicy.name],
  queryFn: ({ signal }) => request(getPolicy, { signal }),
})
