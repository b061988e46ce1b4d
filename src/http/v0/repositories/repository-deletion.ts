import type { RepositoryDeletion } from '#contract/images/deletion.ts'
import { imageCountOf, isOfTags } from '#registry/trash/trash-entry.ts'
import { createTagProtection } from '#services/retention/tag-protection.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import { viewerOf } from '../accounts/viewer.ts'
import { restorableTimes } from '../images/restorable-times.ts'
import { toHolderResponse } from '../images/tag-response.ts'
import type { RepositoryAnswer } from './repository-answer.ts'

const named = 10

/** What the deletion of the whole repository would do. */
export const getRepositoryDeletion: RepositoryAnswer = async (
  context,
  services,
  { repository },
) => {
  const viewer = viewerOf(context)
  const { registry, state } = services
  const impact = await registry.queries.repositoryImpact(repository)
  if (impact === null) throw noSuchRepository(repository)
  const protectionOf = await createTagProtection({ state })(repository)
  const protectedTags = impact.tags.flatMap((name) => {
    const protection = protectionOf?.(name) ?? null
    return protection === null ? [] : [{ name, scope: protection.scope, rule: protection.rule }]
  })
  const inTrash = (await registry.trash.list()).filter(
    (entry) => entry.repository === repository && !isOfTags(entry),
  )
  const countOf = (role: string): number => impact.roles.filter((each) => each === role).length
  const reported = await services.running.reported()
  const running = reported ? await registry.queries.runningImages(repository, reported) : new Map()
  const body: RepositoryDeletion = {
    contents: impact.contents,
    images: countOf('image'),
    platforms: countOf('platform'),
    attached: countOf('attached'),
    tags: impact.tags.length,
    imagesInTrash: inTrash.reduce((sum, entry) => sum + imageCountOf(entry), 0),
    bytesFreed: impact.exclusiveBytes,
    bytesKept: impact.sharedBytes,
    // Images in repositories that the viewer may not see are counted, not named.
    keptBy: impact.sharedWith
      .filter((use) => viewer.sees(use.repository))
      .slice(0, named)
      .map(toHolderResponse),
    keptByCount: impact.sharedWithCount,
    protectedTags: protectedTags.slice(0, named),
    protectedCount: protectedTags.length,
    running: Array.from(running, ([reference, clusters]) => ({ reference, clusters })).slice(
      0,
      named,
    ),
    runningCount: running.size,
    unreadable: impact.unreadable.slice(0, named),
    ...(await restorableTimes(services, impact.roles.length > 0)),
  }
  return context.json(body)
}
