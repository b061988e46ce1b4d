import { apiPaths } from '#contract/paths.ts'
import { samplesLoaded } from '#contract/setup.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** Pushes the sample images into an empty store. */
export const loadSamplesMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => request({ schema: samplesLoaded, path: apiPaths.samples, method: 'POST' }),
    // Also after a failure: some of the images may have arrived.
    onSettled: () =>
      Promise.all(
        [queryKeys.repositories, queryKeys.setup, queryKeys.garbageCollection].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })

/**
 * The server removes only an empty repository; otherwise it answers with what the repository holds.
 */
export const removeRepositoryMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (name: string) =>
      request({ schema: noContent, path: apiPaths.repository(name), method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.repositories }),
  })
