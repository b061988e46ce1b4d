import { apiPaths } from '#contract/paths.ts'
import { searchResult } from '#contract/search.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** What matches the words, over all that the person may see. What was found before stays meanwhile. */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: [...queryKeys.tags, 'search', text],
    queryFn: ({ signal }) =>
      request({ schema: searchResult, path: apiPaths.search, query: { query: text }, signal }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
