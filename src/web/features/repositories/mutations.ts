import { apiPaths } from '#contract/paths.ts'
import { samplesLoaded } from '#contract/setup.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '../../http/request.ts'
import { queryKeys } from '../../query-keys.ts'

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
