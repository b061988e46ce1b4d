import { apiPaths } from '#contract/paths.ts'
import { samplesLoaded } from '#contract/setup.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** Pushes the sample images into an empty store. */
export const loadSamplesMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => request({ schema: samplesLoaded, path: apiPaths.samples, method: 'POST' }),
    // Also after a failure: some of them may have arrived.
    onSettled: () =>
      Promise.all(
        [queryKeys.repositories, queryKeys.setup, queryKeys.garbageCollection].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })

/** Only an empty one: the server refuses others, with what is in them. */
export const removeRepositoryMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (name: string) =>
      request({ schema: noContent, path: apiPaths.repository(name), method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.repositories }),
  })
