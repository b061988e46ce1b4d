import { listLargestImages } from '#contract/endpoints/largest-images.ts'
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { requestPage } from '#web/api/request.ts'

const pageSize = 100

/** Images of all repositories: those first that free most. A deletion anywhere changes it. */
export const largestQuery = (filter: string) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.tags, listLargestImages.name, filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listLargestImages, {
        query: { filter, pageSize, pageStart: pageParam, count: true },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
  })
