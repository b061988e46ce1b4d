import { getRepositoryDeletion, removeRepository } from '#contract/endpoints/deletion.ts'
import { trashEntryHeader } from '#contract/images/deletion.ts'
import { mutationOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { request, requestAnswer } from '#web/api/request.ts'

/** What the deletion of a whole repository would do. */
export const repositoryDeletionQuery = (repository: string) =>
  queryOptions({
    queryKey: [...queryKeys.tagsOf(repository), getRepositoryDeletion.name],
    queryFn: ({ signal }) => request(getRepositoryDeletion, { parameters: { repository }, signal }),
    // A person decides by it.
    staleTime: 0,
  })

interface DeletionVariables {
  readonly repository: string
  /** What the person saw in it. */
  readonly contents: string
  /** Something of it runs, and the person knows. */
  readonly runs: boolean
}

/**
 * Deletes all that the person saw.
 *
 * @param onDone gets its entry in the trash, if it has one, before the lists are asked again: with
 *   the row of the repository, what asked for its deletion may go
 */
export const deleteRepositoryMutation = (
  client: QueryClient,
  onDone: (entryID: string | null) => void,
) =>
  mutationOptions({
    mutationFn: async ({ repository, contents, runs }: DeletionVariables) => {
      const { headers } = await requestAnswer(removeRepository, {
        parameters: { repository },
        query: { images: 'trash', ...(runs && { confirmRunning: repository }) },
        headers: { 'If-Match': `"${contents}"` },
      })
      return headers.get(trashEntryHeader)
    },
    onSuccess: onDone,
    onSettled: () => invalidateRepositories(client),
  })

/** All that a deletion or a restoration of a repository changes. */
export const invalidateRepositories = (client: QueryClient) =>
  Promise.all(
    [queryKeys.repositories, queryKeys.tags, queryKeys.trash, queryKeys.garbageCollection].map(
      (queryKey) => client.invalidateQueries({ queryKey }),
    ),
  )
