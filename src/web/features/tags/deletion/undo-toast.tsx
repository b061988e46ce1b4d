import { isDigest, shortDigest } from '#domain/values/digest.ts'
import type { QueryClient } from '@tanstack/react-query'
import { isApiError, messageOf } from '#web/api/api-error.ts'
import { countOf, namesOf } from '#web/components/text/count-of.ts'
import { showErrorToast, showToast } from '#web/components/feedback/toast.tsx'
import { whilePossible } from '#web/entities/undo-while-possible.tsx'
import { undoMutation, type UndoFailure } from './mutations.ts'
import type { DeletionOutcome, DoneDeletion } from './run-deletion.ts'

/** "Moved 1.2 to the trash", with Undo. */
export function offerUndo(
  client: QueryClient,
  repository: string,
  outcomes: readonly DeletionOutcome[],
): void {
  const done = outcomes.filter((outcome): outcome is DoneDeletion => outcome.isDone)
  if (done.length === 0) return
  const ids = done.map(({ trashEntryId, trashedTagId }) => trashEntryId ?? trashedTagId)
  showToast(wordsFor(done), {
    action: {
      label: 'Undo',
      onClick: () => void undo(client, repository, done),
      Watch: whilePossible(repository, ids),
    },
  })
}

const namesShown = 3

/** `2.0 and latest`; `1, 2 and 9 more` */
function listOf(names: readonly string[]): string {
  const short = names.map((name) => (isDigest(name) ? shortDigest(name) : name))
  if (short.length > namesShown) return namesOf(short, namesShown - 1)
  const last = short.at(-1) ?? ''
  return short.length < 2 ? last : `${short.slice(0, -1).join(', ')} and ${last}`
}

function wordsFor(done: readonly DoneDeletion[]): string {
  const images = done.filter(({ step, trashEntryId }) => isImage(step.unit, trashEntryId))
  const tags = done.length - images.length
  const [first] = done
  if (first !== undefined && done.length === 1) {
    return images.length === 1
      ? `Moved ${listOf(namesIn(first.step))} to the trash`
      : `Removed the tag ${first.step.reference}`
  }
  if (tags === 0) return `Moved ${countOf(images.length, 'image')} to the trash`
  if (images.length === 0) return `Removed ${countOf(tags, 'tag')}`
  return `Moved ${countOf(images.length, 'image')} to the trash and removed ${countOf(tags, 'tag')}`
}

// Deleting the last tag of an image deletes the image too.
const isImage = (unit: 'image' | 'tag', trashEntryId: string | null): boolean =>
  unit === 'image' || trashEntryId !== null

async function undo(
  client: QueryClient,
  repository: string,
  done: readonly DoneDeletion[],
): Promise<void> {
  // Built here and not by a hook: the toast outlives the page that it came from.
  const mutation = client.getMutationCache().build(client, undoMutation(client, repository))
  const failures = await mutation.execute(done)
  const failed = new Set(failures.map(({ outcome }) => outcome))
  const back = done.filter((outcome) => !failed.has(outcome)).flatMap(({ step }) => namesIn(step))
  if (back.length > 0) {
    showToast(`${listOf(back)} ${back.length === 1 ? 'is' : 'are'} back`)
  }
  const [first] = failures
  if (first !== undefined) showErrorToast(failureWords(first, failures.length))
}

/** An image without tags comes back under its digest. */
const namesIn = ({ tags, reference }: DoneDeletion['step']): readonly string[] =>
  tags.length > 0 ? tags : [reference]

function failureWords({ outcome, error }: UndoFailure, count: number): string {
  const way = isApiError(error, 'TAG_EXISTS')
    ? ' Open the trash to restore it under another name, or to replace what is there.'
    : ''
  const others = count > 1 ? ` ${countOf(count - 1, 'other')} could not come back either.` : ''
  return `${outcome.step.reference}: ${messageOf(error)}${way}${others}`
}
