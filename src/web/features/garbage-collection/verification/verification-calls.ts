import { apiPaths } from '#contract/paths.ts'
import { requestedVerification } from '#contract/verification.ts'
import { mutationOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '#web/api/request.ts'
import { collectionKeys, pollRunningMs } from '../queries.ts'

/** The last verification that a person started; null before the first since the server started. */
export const verificationQuery = queryOptions({
  queryKey: [...collectionKeys.all, 'verification'],
  queryFn: ({ signal }) =>
    request({ schema: requestedVerification, path: apiPaths.verification, signal }),
  refetchInterval: ({ state }) => (state.data?.finishedAt === null ? pollRunningMs : false),
})

/** Checks every tag; on request it reads every byte. */
export const startVerification = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (full: boolean) =>
      request({
        schema: requestedVerification,
        path: apiPaths.verification,
        method: 'POST',
        body: { full },
      }),
    onSuccess: (started) => client.setQueryData(verificationQuery.queryKey, started),
    onSettled: () => client.invalidateQueries({ queryKey: verificationQuery.queryKey }),
  })

export const stopVerification = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => request({ schema: noContent, path: apiPaths.verification, method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: verificationQuery.queryKey }),
  })
