import { apiPaths } from '#contract/paths.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { noContent, request } from '../../http/request.ts'
import { queryKeys } from '../../query-keys.ts'

/** Only an empty one: the server refuses others, with what is in them. */
export const removeRepositoryMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (name: string) =>
      request({ schema: noContent, path: apiPaths.repository(name), method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.repositories }),
  })
