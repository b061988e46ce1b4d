import {
  lastSavings,
  plan,
  policy,
  reclaimable,
  savings,
  schedule,
} from '#contract/garbage-collection.ts'
import { job, jobList, logLines, type Job, type LogLine } from '#contract/jobs.ts'
import { paging } from '#contract/paging.ts'
import { apiPaths } from '#contract/paths.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import type { SavingsRange } from './savings/savings-range.ts'

const root = queryKeys.garbageCollection

/** The keys by which to invalidate what a run changes. */
export const collectionKeys = {
  all: root,
  running: [...root, 'running'],
  jobs: [...root, 'jobs'],
  schedule: [...root, 'schedule'],
  policy: [...root, 'policy'],
} as const

export const pollRunningMs = 1000
/** Also how soon this page sees a run that another person or the schedule started. */
const pollIdleMs = 5000

export const isOver = ({ status }: Job): boolean => status !== 'running'

/** The run under way, also a dry run; null without one. Every page polls it. */
export const runningJobQuery = queryOptions({
  queryKey: collectionKeys.running,
  queryFn: async ({ signal }) => {
    const { jobs } = await request({
      schema: jobList,
      path: apiPaths.jobs,
      query: { action: 'gc', running: true, pageSize: 1 },
      signal,
    })
    return jobs.find((each) => !isOver(each)) ?? null
  },
  refetchInterval: ({ state }) => (state.data ? pollRunningMs : pollIdleMs),
  staleTime: pollRunningMs / 2,
})

export const fetchJob = (id: string, signal?: AbortSignal): Promise<Job> =>
  request({ schema: job, path: apiPaths.job(id), signal })

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: [...collectionKeys.jobs, 'one', id],
    queryFn: ({ signal }) => fetchJob(id, signal),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? pollRunningMs : false),
  })

/** The runs, newest first. */
export const historyQuery = infiniteQueryOptions({
  queryKey: [...collectionKeys.jobs, 'history'],
  queryFn: ({ pageParam, signal }) =>
    requestPage({
      schema: jobList,
      path: apiPaths.jobs,
      query: { action: 'gc', pageSize: paging.defaultPageSize, pageStart: pageParam, count: true },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.nextPageStart,
})

/** The whole log of a run; fetches only the lines that are not in the cache yet. */
export const jobLogQuery = (id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: [...collectionKeys.jobs, 'log', id],
    queryFn: async ({ client, queryKey, signal }) => {
      const lines = [...(client.getQueryData<LogLine[]>(queryKey) ?? [])]
      let fetched: LogLine[]
      do {
        fetched = await request({
          schema: logLines,
          path: apiPaths.jobLogs(id),
          query: { offset: lines.length, limit: paging.maximumPageSize },
          signal,
        })
        lines.push(...fetched)
      } while (fetched.length === paging.maximumPageSize)
      return lines
    },
    structuralSharing: false,
    refetchInterval: isRunning ? 2 * pollRunningMs : false,
  })

export const scheduleQuery = queryOptions({
  queryKey: collectionKeys.schedule,
  queryFn: ({ signal }) => request({ schema: schedule, path: apiPaths.schedule, signal }),
  refetchInterval: 60_000,
})

export const policyQuery = queryOptions({
  queryKey: collectionKeys.policy,
  queryFn: ({ signal }) => request({ schema: policy, path: apiPaths.policy, signal }),
})

export const reclaimableQuery = queryOptions({
  queryKey: [...root, 'reclaimable'],
  queryFn: ({ signal }) => request({ schema: reclaimable, path: apiPaths.reclaimable, signal }),
  refetchInterval: 60_000,
})

/** What would be freed if untagged images older than this many hours were collected too. */
export const untaggedQuery = (ageHours: number) =>
  queryOptions({
    queryKey: [...root, 'reclaimable', 'untagged', ageHours],
    queryFn: ({ signal }) =>
      request({
        schema: reclaimable,
        path: apiPaths.reclaimable,
        query: { untaggedMinimumAgeHours: ageHours },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const lastSavingsQuery = queryOptions({
  queryKey: [...root, 'last-savings'],
  queryFn: ({ signal }) => request({ schema: lastSavings, path: apiPaths.lastSavings, signal }),
})

/** A plan never changes. */
export const planQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, 'plan', id],
    queryFn: ({ signal }) => request({ schema: plan, path: apiPaths.plan(id), signal }),
    staleTime: Infinity,
  })

export const savingsQuery = ({ id, lengthMs }: SavingsRange) =>
  queryOptions({
    queryKey: [...root, 'savings', id],
    queryFn: async ({ signal }) => {
      const from = lengthMs === null ? null : new Date(Date.now() - lengthMs).toISOString()
      const answer = await request({
        schema: savings,
        path: apiPaths.savings,
        query: { from },
        signal,
      })
      return answer.savings
    },
    placeholderData: keepPreviousData,
  })
