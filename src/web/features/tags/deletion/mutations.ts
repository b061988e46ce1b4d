import { addTag } from '#contract/endpoints/deletion.ts'
import { restoreFromTrash } from '#contract/endpoints/trash.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { request } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { tagDetailsQuery } from '../queries.ts'
import type { DeletionStep } from './plan-deletion.ts'
import { runDeletion, type DeletionOutcome, type DoneDeletion } from './run-deletion.ts'
import { removeRows } from './tag-list-cache.ts'

interface DeletionVariables {
  readonly steps: readonly DeletionStep[]
  readonly onOutcome: (outcome: DeletionOutcome) => void
}

const tagsOf = (steps: readonly DeletionStep[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ tags }) => tags))

/** Deletes. The rows disappear at once, and those that could not be deleted come back. */
export const deletionMutation = (
  client: QueryClient,
  repository: string,
  onFinished: (outcomes: readonly DeletionOutcome[]) => void,
) =>
  mutationOptions({
    mutationFn: ({ steps, onOutcome }: DeletionVariables) =>
      runDeletion(repository, steps, onOutcome),
    onMutate: ({ steps }) => removeRows(client, repository, tagsOf(steps)),
    onError: (_error, _variables, putBack) => putBack?.(new Set()),
    onSuccess: (outcomes, _variables, putBack) => {
      putBack?.(tagsOf(outcomes.filter(({ isDone }) => isDone).map(({ step }) => step)))
      onFinished(outcomes)
    },
    onSettled: (_outcomes, _error, { steps }) => {
      // The details of a deleted image may still be on the screen for a moment: they must not be
      // fetched.
      const gone = new Set(
        [...tagsOf(steps)].map((tag) => String(tagDetailsQuery(repository, tag).queryKey)),
      )
      return invalidateImages(client, (queryKey) => !gone.has(String(queryKey)))
    },
  })

/** What could not be undone, and why. */
export interface UndoFailure {
  readonly outcome: DoneDeletion
  readonly error: unknown
}

/**
 * Undoes a deletion: restores the entry from the trash, or sets a tag that has none. If one fails, the others still come back.
 */
export const undoMutation = (client: QueryClient, repository: string) =>
  mutationOptions({
    mutationFn: async (outcomes: readonly DoneDeletion[]): Promise<readonly UndoFailure[]> => {
      const failures: UndoFailure[] = []
      // The last first: tags need their image, which comes back first.
      for (const outcome of outcomes.toReversed()) {
        try {
          await undoStep(repository, outcome)
        } catch (error) {
          failures.push({ outcome, error })
        }
      }
      return failures
    },
    onSettled: () => invalidateImages(client),
  })

function undoStep(
  repository: string,
  { step, trashEntryId, trashedTagId }: DoneDeletion,
): Promise<undefined> {
  const id = trashEntryId ?? trashedTagId
  if (id !== null) {
    return request(restoreFromTrash, {
      parameters: { id },
      body: { earlierTags: false },
    })
  }
  return request(addTag, {
    parameters: { repository, reference: step.reference },
    body: { digest: step.digest },
  })
}

/** Invalidates everything that a deletion affects: other images share its layers. */
async function invalidateImages(
  client: QueryClient,
  isAsked: (queryKey: readonly unknown[]) => boolean = () => true,
): Promise<void> {
  const roots = [
    queryKeys.tags,
    queryKeys.repositories,
    queryKeys.trash,
    queryKeys.garbageCollection,
  ]
  await Promise.all(
    roots.map((queryKey) =>
      client.invalidateQueries({ queryKey, predicate: (query) => isAsked(query.queryKey) }),
    ),
  )
}
