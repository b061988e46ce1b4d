import { listAccounts } from '#contract/endpoints/accounts.ts'
import { listActivity } from '#contract/endpoints/activity.ts'
import { paging } from '#contract/paging.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const pageSize = 100

/** Filters of the activity. Without any: everything that the person may see. */
export interface ActivityFilter {
  readonly person: string | null
  /** Empty: all kinds. */
  readonly kinds: readonly string[]
  /** A repository; with a slash at the end, a namespace. */
  readonly repository: string | null
  /** How far to look back from now, in milliseconds. */
  readonly lastMs: number | null
  /** Instants: from this one on, and up to that one. */
  readonly from: string | null
  readonly to: string | null
}

export const activityQuery = (filter: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.activity, listActivity.name, filter],
    // Every action adds an entry.
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listActivity, {
        query: {
          person: filter.person,
          kind: filter.kinds.join(','),
          repository: filter.repository,
          from:
            filter.lastMs === null
              ? filter.from
              : new Date(Date.now() - filter.lastMs).toISOString(),
          to: filter.to,
          pageSize,
          pageStart: pageParam,
          count: pageParam === null,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
  })

/** The accounts to filter by; for administrators. */
export const personNamesQuery = queryOptions({
  queryKey: [...queryKeys.accounts, listAccounts.name, 'names'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<readonly string[]> => {
    const { data } = await requestPage(listAccounts, {
      query: { pageSize: paging.maximumPageSize },
      signal,
    })
    return data.accounts.map(({ name }) => name)
  },
})
