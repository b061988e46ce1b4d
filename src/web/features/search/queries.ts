import { search } from '#contract/endpoints/search.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/**
 * What matches the words among everything that the person may see. The previous results stay until
 * the new ones arrive.
 */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: [...queryKeys.tags, search.name, text],
    queryFn: ({ signal }) => request(search, { query: { query: text }, signal }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
