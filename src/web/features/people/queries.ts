import { account, accountAccess, accountList } from '#contract/accounts.ts'
import { apiPaths } from '#contract/paths.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const pageSize = 100

export const accountQuery = (name: string) =>
  queryOptions({
    queryKey: [...queryKeys.accounts, 'one', name],
    queryFn: ({ signal }) => request({ schema: account, path: apiPaths.account(name), signal }),
  })

export const accountsQuery = (filter: string) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.accounts, 'list', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage({
        schema: accountList,
        path: apiPaths.accounts,
        query: { filter, pageSize, pageStart: pageParam, count: true },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
  })

/** What can be pulled without signing in. */
export const anonymousAccessQuery = queryOptions({
  queryKey: [...queryKeys.accounts, 'anonymous'],
  queryFn: ({ signal }) =>
    request({ schema: accountAccess, path: apiPaths.anonymousAccess, signal }),
})
