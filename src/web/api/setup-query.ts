import { getSetup } from '#contract/endpoints/setup.ts'
import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import { queryKeys } from './query-keys.ts'

/**
 * What the dashboard must know about its server: the address to push to, and whether the store is
 * empty.
 */
export const setupQuery = queryOptions({
  queryKey: queryKeys.setup,
  queryFn: ({ signal }) => request(getSetup, { signal }),
})
