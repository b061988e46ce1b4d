import {
  getVerification,
  getVerificationJob,
  listVerifications,
  startVerification as start,
  stopVerification as stop,
} from '#contract/endpoints/verification.ts'
import {
  infiniteQueryOptions,
  keepPreviousData,
  mutationOptions,
  queryOptions,
  type QueryClient,
} from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { isOver, pollRunningMs } from '#web/entities/jobs/job-state.ts'
import { collectionKeys } from '../run-queries.ts'

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

/**
 * The verifications, newest first.
 *
 * @param last changes when the last one starts or ends, which changes the list
 */
export const verificationsQuery = (last: string) =>
  infiniteQueryOptions({
    queryKey: [...collectionKeys.all, listVerifications.name, last],
    queryFn: ({ pageParam, signal }) =>
      requestPage(listVerifications, {
        query: { kind: 'verification', pageSize: 5, pageStart: pageParam, count: true },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageStart,
    placeholderData: keepPreviousData,
  })

export const verificationJobQuery = (id: string) =>
  queryOptions({
    queryKey: [...collectionKeys.all, getVerificationJob.name, id],
    queryFn: ({ signal }) => request(getVerificationJob, { parameters: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? pollRunningMs : false),
  })
