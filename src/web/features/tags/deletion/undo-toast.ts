import type { QueryClient } from '@tanstack/react-query'
import { isApiError, messageOf } from '../../../http/api-error.ts'
import { countOf } from '../../../ui/count-of.ts'
import { showErrorToast, showToast } from '../../../ui/toast.tsx'
import { undoMutation } from './mutations.ts'
import type { DeletionOutcome } from './run-deletion.ts'

type Done = Extract<DeletionOutcome, { isDone: true }>

/** "Moved 1.2 to the trash", with Undo. */
export function offerUndo(
  client: QueryClient,
  repository: string,
  outcomes: readonly DeletionOutcome[],
): void {
  const done = outcomes.filter((outcome): outcome is Done => outcome.isDone)
  if (done.length === 0) return
  showToast(wordsFor(done), {
    label: 'Undo',
    onClick: () => void undo(client, repository, done),
  })
}

export function wordsFor(done: readonly Done[]): string {
  const images = done.filter(({ step, trashEntryId }) => isImage(step.unit, trashEntryId))
  const tags = done.length - images.length
  const [first] = done
  if (first !== undefined && done.length === 1) {
    const name = first.step.reference
    return images.length === 1 ? `Moved ${name} to the trash` : `Removed the tag ${name}`
  }
  if (tags === 0) return `Moved ${countOf(images.length, 'image')} to the trash`
  if (images.length === 0) return `Removed ${countOf(tags, 'tag')}`
  return `Moved ${countOf(images.length, 'image')} to the trash and removed ${countOf(tags, 'tag')}`
}

// The last tag of an image takes the image along, whatever was asked for.
const isImage = (unit: 'image' | 'tag', trashEntryId: string | null): boolean =>
  unit === 'image' || trashEntryId !== null

async function undo(client: QueryClient, repository: string, done: readonly Done[]): Promise<void> {
  // Built here and not by a hook: the toast outlives the page that it came from.
  const mutation = client.getMutationCache().build(client, undoMutation(client, repository))
  try {
    await mutation.execute(done)
    const tags = done.flatMap(({ step }) => step.tags)
    showToast(tags.length === 1 ? `${tags[0]} is back` : `${countOf(tags.length, 'tag')} are back`)
  } catch (error) {
    const way = isApiError(error, 'TAG_EXISTS')
      ? ' Open the trash to restore it under another name, or to replace what is there.'
      : ''
    showErrorToast(messageOf(error) + way)
  }
}
