import {
  getVerification,
  startVerification as start,
  stopVerification as stop,
} from '#contract/endpoints/verification.ts'
import { mutationOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { collectionKeys, pollRunningMs } from '../queries.ts'

/** The last verification that a person started; null before the first. */
export const verificationQuery = queryOptions({
  queryKey: [...collectionKeys.all, getVerification.name],
  queryFn: ({ signal }) => request(getVerification, { signal }),
  refetchInterval: ({ state }) => (state.data?.finishedAt === null ? pollRunningMs : false),
})

/** Checks every tag; on request it reads every byte. */
export const startVerification = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (full: boolean) => request(start, { body: { full } }),
    onSuccess: (started) => client.setQueryData(verificationQuery.queryKey, started),
    onSettled: () => client.invalidateQueries({ queryKey: verificationQuery.queryKey }),
  })

export const stopVerification = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => request(stop),
    onSettled: () => client.invalidateQueries({ queryKey: verificationQuery.queryKey }),
  })
