import { activityList } from '#contract/activity.ts'
import { apiPaths } from '#contract/paths.ts'
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { requestPage } from '../../http/request.ts'
import { queryKeys } from '../../query-keys.ts'

const pageSize = 100

/** What narrows the activity; nothing set: all that one may see. */
export interface ActivityFilter {
  readonly person: string | null
  readonly kinds: readonly string[]
  readonly repository: string | null
  /** Instants: from then on, and up to then. */
  readonly from: string | null
  readonly to: string | null
}

export const activityQuery = (filter: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.activity, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage({
        schema: activityList,
        path: apiPaths.activity,
        query: {
          person: filter.person,
          kind: filter.kinds.join(','),
          repository: filter.repository,
          from: filter.from,
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
