import { restoreFromTrash } from '#contract/endpoints/trash.ts'
import { mutationOptions, type QueryClient } from '@tanstack/react-query'
import { isApiError, messageOf } from '#web/api/api-error.ts'
import { request } from '#web/api/request.ts'
import { showErrorToast, showToast } from '#web/components/feedback/toast.tsx'
import { whilePossible } from '#web/entities/undo-while-possible.tsx'
import { invalidateRepositories } from './deletion-query.ts'

/** "Moved team/app to the trash", with Undo. */
export function offerUndo(client: QueryClient, repository: string, entryID: string | null): void {
  if (entryID === null) {
    showToast(`Deleted ${repository}: it was empty`)
    return
  }
  showToast(`Moved ${repository} to the trash`, {
    action: {
      label: 'Undo',
      onClick: () => void undo(client, repository, entryID),
      Watch: whilePossible(repository, [entryID]),
    },
  })
}

async function undo(client: QueryClient, repository: string, entryID: string): Promise<void> {
  // Built here and not by a hook: the toast outlives the page that it came from.
  const options = mutationOptions({
    mutationFn: () => request(restoreFromTrash, { parameters: { id: entryID }, body: {} }),
    onSettled: () => invalidateRepositories(client),
  })
  try {
    await client.getMutationCache().build(client, options).execute(undefined)
    showToast(`${repository} is back`)
  } catch (error) {
    const way = isApiError(error, 'TAG_EXISTS')
      ? ' Open the trash to restore it under other names, or to replace what is there.'
      : ''
    showErrorToast(`${repository}: ${messageOf(error)}${way}`)
  }
}
