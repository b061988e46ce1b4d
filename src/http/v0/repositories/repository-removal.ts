import { actorOf, confirming } from '../../env.ts'
import { refusalError } from '../../errors.ts'
import type { ApiServices } from '../../services.ts'
import type { RepositoryAnswer } from './repository-answer.ts'

/** Only an empty one: images are deleted one by one, and can be restored. */
export const removeRepository =
  ({ repositoryRemoval }: ApiServices): RepositoryAnswer =>
  async (context, { repository }) => {
    const actor = actorOf(context)
    const removed = await repositoryRemoval.remove(repository, actor, confirming(context))
    if (!removed.ok) throw refusalError(removed.refusal)
    return context.body(null, 204)
  }
