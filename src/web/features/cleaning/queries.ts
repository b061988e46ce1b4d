import {
  getRetentionPreview,
  getRetentionRun,
  getRetentionSchedule,
  getRetentionSettings,
  listRetentionPolicies,
  listRetentionRuns,
  listRetentionVersions,
} from '#contract/endpoints/retention.ts'
import { listRunning } from '#contract/endpoints/running.ts'
import { paging } from '#contract/paging.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { isOver, pollRunningMs } from '#web/entities/jobs/job-state.ts'
import { rowFilters, type RowFilter } from './preview/verdict-words.ts'

const root = queryKeys.retention

/** Also how soon this page sees a run that another person or the schedule started. */
const pollIdleMs = 5000

const policiesKey = [...root, listRetentionPolicies.name]

const listedPolicies = queryOptions({
  queryKey: policiesKey,
  queryFn: ({ signal }) => request(listRetentionPolicies, { signal }),
})

/** The policies of the registry and of what the person may see. */
export const policiesQuery = queryOptions({
  ...listedPolicies,
  select: ({ policies }) => policies,
})

/** What the person was granted, which says whose policies they may change. */
export const grantsQuery = queryOptions({ ...listedPolicies, select: ({ grants }) => grants })

export const versionsKey = [...root, listRetentionVersions.name]

/** All that was ever saved as the policy of a scope, the newest first. */
export const versionsQuery = (scope: string) =>
  queryOptions({
    queryKey: [...versionsKey, scope],
    queryFn: async ({ signal }) =>
      (await request(listRetentionVersions, { parameters: { scope }, signal })).versions,
  })

/** Only for administrators. */
export const settingsQuery = queryOptions({
  queryKey: [...root, getRetentionSettings.name],
  queryFn: ({ signal }) => request(getRetentionSettings, { signal }),
})

/** What runs, as clusters report it. Only for administrators. */
export const reportsQuery = queryOptions({
  queryKey: [...root, listRunning.name],
  queryFn: ({ signal }) => request(listRunning, { signal }),
  refetchInterval: 60_000,
})

export const scheduleQuery = queryOptions({
  queryKey: [...root, getRetentionSchedule.name],
  queryFn: ({ signal }) => request(getRetentionSchedule, { signal }),
  refetchInterval: 60_000,
})

/** A preview never changes. Its sums are here; its verdicts come by page. */
export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, getRetentionPreview.name, id],
    queryFn: ({ signal }) =>
      request(getRetentionPreview, { parameters: { id }, query: { pageSize: 1 }, signal }),
    staleTime: Infinity,
  })

/** The verdicts of a preview, of one repository or, with `''`, of all. */
export const verdictsQuery = (id: string, filter: RowFilter, repository: string) =>
  infiniteQueryOptions({
    queryKey: [...root, getRetentionPreview.name, id, 'verdicts', filter, repository],
    queryFn: ({ pageParam, signal }) =>
      requestPage(getRetentionPreview, {
        parameters: { id },
        query: {
          ...rowFilters[filter].query,
          repository,
          pageSize: paging.defaultPageSize,
          pageStart: pageParam,
          count: true,
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextPageStart,
    staleTime: Infinity,
  })

export const runningKey = [...root, listRetentionRuns.name, 'running']

/** The run under way; null without one. */
export const runningQuery = queryOptions({
  queryKey: runningKey,
  queryFn: async ({ signal }) => {
    const query = { kind: 'retention', running: true, pageSize: 1 }
    const { jobs } = await request(listRetentionRuns, { query, signal })
    return jobs.find((each) => !isOver(each)) ?? null
  },
  refetchInterval: ({ state }) => (state.data ? pollRunningMs : pollIdleMs),
})

/** The runs, newest first. */
export const historyQuery = infiniteQueryOptions({
  queryKey: [...root, listRetentionRuns.name, 'history'],
  queryFn: ({ pageParam, signal }) =>
    requestPage(listRetentionRuns, {
      query: { kind: 'retention', pageSize: 10, pageStart: pageParam, count: true },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.nextPageStart,
})

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: [...root, getRetentionRun.name, id],
    queryFn: ({ signal }) => request(getRetentionRun, { parameters: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? pollRunningMs : false),
  })
