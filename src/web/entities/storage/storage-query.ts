import { getStorage } from '#contract/endpoints/garbage-collection.ts'
import { queryOptions } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'

const [askAgainMs, refreshMs] = [2_000, 60_000]

/** What the bytes of the whole registry are there for. */
export const storageQuery = queryOptions({
  queryKey: [...queryKeys.garbageCollection, getStorage.name],
  queryFn: ({ signal }) => request(getStorage, { signal }),
  refetchInterval: ({ state }) => (state.data?.isCurrent === false ? askAgainMs : refreshMs),
})
