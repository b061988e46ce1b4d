import { accountList } from '#contract/accounts.ts'
import { activityList } from '#contract/activity.ts'
import { paging } from '#contract/paging.ts'
import { apiPaths } from '#contract/paths.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const pageSize = 100

/** What narrows the activity; nothing set: all that one may see. */
export interface ActivityFilter {
  readonly person: string | null
  /** Empty: any. */
  readonly kinds: readonly string[]
  /** A repository; with a slash at its end, a namespace. */
  readonly repository: string | null
  /** How far to look back from now. */
  readonly lastMs: number | null
  /** Instants: from then on, and up to then. */
  readonly from: string | null
  readonly to: string | null
}

export const activityQuery = (filter: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.activity, filter],
    // Whatever anybody does is news here.
    staleTime: 0,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage({
        schema: activityList,
        path: apiPaths.activity,
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

/** Whom one can ask about; for administrators. */
export const personNamesQuery = queryOptions({
  queryKey: [...queryKeys.accounts, 'names'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<readonly string[]> => {
    const { data } = await requestPage({
      schema: accountList,
      path: apiPaths.accounts,
      query: { pageSize: paging.maximumPageSize },
      signal,
    })
    return data.accounts.map(({ name }) => name)
  },
})
