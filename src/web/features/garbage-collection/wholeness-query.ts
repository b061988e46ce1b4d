import { getWholeness } from '#contract/endpoints/garbage-collection.ts'
import { queryOptions } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { collectionKeys } from './run-queries.ts'

/** Whether every tag is known to be whole. A separate file: every page asks it, once it is idle. */
export const wholenessQuery = queryOptions({
  queryKey: [...collectionKeys.all, getWholeness.name],
  queryFn: ({ signal }) => request(getWholeness, { signal }),
  refetchInterval: 60_000,
})
