import { getStorage } from '#contract/endpoints/garbage-collection.ts'
import { queryOptions } from '@tanstack/react-query'
import { untilCurrent } from '#web/api/ask-again.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { request } from '#web/api/request.ts'

/** What the bytes of the whole registry are there for. */
export const storageQuery = queryOptions({
  queryKey: [...queryKeys.garbageCollection, getStorage.name],
  queryFn: ({ signal }) => request(getStorage, { signal }),
  refetchInterval: untilCurrent(60_000),
})
