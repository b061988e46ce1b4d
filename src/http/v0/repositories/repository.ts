import { noSuchRepository } from '../../middleware/access.ts'
import { listRepositories, visibleRepositories, toRepositoriesResponse } from './repositories.ts'
import type { RepositoryAnswer } from './repository-answer.ts'
import { viewerOf } from '../accounts/viewer.ts'

/**
 * One repository. A path of one part is a namespace first (`/repositories/team` lists all of
 * `team/…`); because a repository may have that name too, its fields then stand beside the list, so
 * that both kinds of clients find what they need.
 */
export const getRepository: RepositoryAnswer = async (context, services, { repository }) => {
  const viewer = viewerOf(context)
  const summary = viewer.sees(repository)
    ? await services.registry.queries.repository(repository)
    : null
  const [one] = summary === null ? [] : await toRepositoriesResponse(services, viewer, [summary])
  if (repository.includes('/')) {
    if (one === undefined) throw noSuchRepository(repository)
    return context.json(one)
  }
  const all = await visibleRepositories(services, viewer)
  const isNamespace = all.some(({ namespace }) => namespace === repository)
  if (!isNamespace && one === undefined) throw noSuchRepository(repository)
  const list = await listRepositories(
    context,
    services,
    viewer,
    ({ namespace }) => namespace === repository,
  )
  return context.json({ ...one, ...list })
}
