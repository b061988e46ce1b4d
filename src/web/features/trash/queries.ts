import { listTrash } from '#contract/endpoints/trash.ts'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const pageSize = 100
const askAgainMs = 3000

/** The number of images in the trash, over all pages. */
export const trashCountQuery = queryOptions({
  queryKey: [...queryKeys.trash, listTrash.name, 'count'],
  queryFn: async ({ signal }) => {
    const page = await requestPage(listTrash, { query: { pageSize: 1, count: true }, signal })
    return page.resourceCount ?? page.data.entries.length
  },
})

export const trashListKey = [...queryKeys.trash, listTrash.name, 'pages'] as const

/** The latest deletion comes first. */
export const trashQuery = (filter: string) =>
  infiniteQueryOptions({
    queryKey: [...trashListKey, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listTrash, {
        query: { filter, pageSize, pageStart: pageParam, count: true },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
    // Polls until the held bytes of all entries are known.
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.entries.some(({ held }) => held === null))
        ? askAgainMs
        : false,
  })
