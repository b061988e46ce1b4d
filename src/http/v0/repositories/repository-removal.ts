import { trashEntryHeader } from '#contract/images/deletion.ts'
import { deletionCalls } from '#contract/endpoints/deletion.ts'
import { deleteRepository } from '#services/images/repository-deletion.ts'
import { removeEmptyRepository } from '#services/images/repository-removal.ts'
import { actorOf, confirming } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import { readExpectedDigest } from '../read-reference.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from './repository-answer.ts'

/** Removes only an empty repository, unless its images shall go to the trash with it. */
export const answerRepositoryRemoval: RepositoryAnswer = async (
  context,
  services,
  { repository },
) => {
  const { images, confirmRunning } = readQuery(context, deletionCalls.removeRepository.query)
  const actor = actorOf(context)
  const beforeChange = confirming(context)
  if (images !== 'trash') {
    const removed = await removeEmptyRepository(services, repository, actor, beforeChange)
    if (!removed.ok) throw refusalError(removed.refusal)
    return context.body(null, 204)
  }
  const expectedContents = readExpectedDigest(context)
  const deleted = await deleteRepository(services, {
    repository,
    confirmedRunning: confirmRunning === repository,
    ...(expectedContents === undefined ? {} : { expectedContents }),
    actor,
    beforeChange,
  })
  if (!deleted.ok) throw refusalError(deleted.refusal)
  const { entry } = deleted.value
  if (entry !== null) context.header(trashEntryHeader, entry.id)
  return context.body(null, 204)
}
