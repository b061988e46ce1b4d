import { removeFromTrash, restoreFromTrash } from '#contract/endpoints/trash.ts'
import type { RestoreRequest, TrashEntry } from '#contract/images/trash.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { removeEntry } from './trash-cache.ts'

interface RestoreVariables {
  readonly entry: TrashEntry
  readonly body: RestoreRequest
}

/**
 * Restores everything of an entry. The row disappears at once, and comes back if the restore fails.
 */
export const restoreMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: ({ entry, body }: RestoreVariables) =>
      request(restoreFromTrash, { parameters: { id: entry.id }, body }),
    onMutate: ({ entry }) => removeEntry(client, entry.id),
    onError: (_error, _variables, putBack) => putBack?.(),
    onSettled: () => invalidateImages(client),
  })

/** Makes an entry impossible to restore, so that the next collection may take it. */
export const deleteForeverMutation = (client: QueryClient) =>
  mutationOptions({
    mutationFn: (entry: TrashEntry) => request(removeFromTrash, { parameters: { id: entry.id } }),
    onSettled: () => invalidateImages(client),
  })

const invalidateImages = (client: QueryClient) =>
  Promise.all(
    [queryKeys.trash, queryKeys.tags, queryKeys.repositories, queryKeys.garbageCollection].map(
      (queryKey) => client.invalidateQueries({ queryKey }),
    ),
  )
