import { getAccount, getAnonymousAccess, listAccounts } from '#contract/endpoints/accounts.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const pageSize = 100

export const accountQuery = (name: string) =>
  queryOptions({
    queryKey: [...queryKeys.accounts, getAccount.name, name],
    queryFn: ({ signal }) => request(getAccount, { parameters: { name }, signal }),
  })

export const accountListKey = [...queryKeys.accounts, listAccounts.name, 'pages'] as const

export const accountsQuery = (filter: string) =>
  infiniteQueryOptions({
    queryKey: [...accountListKey, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listAccounts, {
        query: { filter, pageSize, pageStart: pageParam, count: true },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
  })

/** What can be pulled without signing in. */
export const anonymousAccessQuery = queryOptions({
  queryKey: [...queryKeys.accounts, getAnonymousAccess.name],
  queryFn: ({ signal }) => request(getAnonymousAccess, { signal }),
})
