import { removeEmptyRepository } from '#services/images/repository-removal.ts'
import { actorOf, confirming } from '../../request-context.ts'
import { refusalError } from '../../errors.ts'
import type { RepositoryAnswer } from './repository-answer.ts'

/** Removes only an empty repository: images are deleted one by one, and can be restored. */
export const answerRepositoryRemoval: RepositoryAnswer = async (
  context,
  services,
  { repository },
) => {
  const removed = await removeEmptyRepository(
    services,
    repository,
    actorOf(context),
    confirming(context),
  )
  if (!removed.ok) throw refusalError(removed.refusal)
  return context.body(null, 204)
}
