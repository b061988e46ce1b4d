import { apiPaths } from '#contract/paths.ts'
import { searchResult } from '#contract/search.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/**
 * What matches the words among everything that the person may see. The previous results stay until
 * the new ones arrive.
 */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: [...queryKeys.tags, 'search', text],
    queryFn: ({ signal }) =>
      request({ schema: searchResult, path: apiPaths.search, query: { query: text }, signal }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
