import { removeRepository } from '#contract/endpoints/deletion.ts'
import { loadSamples } from '#contract/endpoints/setup.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'

/** Pushes the sample images into an empty store. */
export const loadSamplesMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: () => request(loadSamples),
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
    mutationFn: (name: string) => request(removeRepository, { parameters: { repository: name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.repositories }),
  })
