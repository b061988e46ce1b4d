import { untaggedCalls } from '#contract/endpoints/untagged.ts'
import type { UntaggedImages } from '#contract/images/untagged.ts'
import type { UntaggedImage } from '#registry/queries/repository-queries.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ApiServices } from '../../services.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import { toInstantOrNull } from '../instant.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import { filtersByPulls, matchesPulls, readPullTimes, type PullFilter } from './pull-times.ts'
import { toAttachedResponse, toPlatformsResponse, toPullsResponse } from './tag-response.ts'

/** What frees most comes first. */
const order: Order<UntaggedImage> = {
  valueOf: ({ exclusiveBytes }) => exclusiveBytes,
  nameOf: ({ image }) => image.digest,
  descending: true,
}

interface Filters extends PullFilter {
  readonly filter?: string | undefined
}

/** When each came is read from storage, so only for who filters by it. */
async function matching(
  services: ApiServices,
  repository: RepositoryName,
  all: readonly UntaggedImage[],
  filters: Filters,
): Promise<readonly UntaggedImage[]> {
  const text = filters.filter?.toLowerCase() ?? ''
  const found = all.filter(({ image }) => image.digest.includes(text))
  if (!filtersByPulls(filters)) return found
  const { sinceMs, lastOf } = await readPullTimes(services, repository)
  const linkedAt =
    filters.notPulledSince === undefined
      ? new Map<string, number>()
      : await services.registry.queries.linkTimes(
          repository,
          found.map(({ image }) => image.digest),
        )
  return found.filter(({ image: { digest } }) =>
    matchesPulls(filters, sinceMs, lastOf([], digest), linkedAt.get(digest) ?? null),
  )
}

export const listUntagged: RepositoryAnswer = async (context, services, { repository }) => {
  const { registry, pullRecorder, pause } = services
  const { queries } = registry
  const query = readQuery(context, untaggedCalls.listUntagged.query)
  const all = await queries.untagged(repository)
  if (all === null) throw noSuchRepository(repository)
  const chosen = await matching(services, repository, all, query)
  const taken = page(context, await sortedCooperatively(chosen, order, pause), order, query)
  const digests = taken.map(({ image }) => image.digest)
  const [origins, linkedAt, flaws, pulls] = await Promise.all([
    queries.origins(repository, digests),
    queries.linkTimes(repository, digests),
    queries.flaws(repository, digests),
    pullRecorder.seen(repository, digests),
  ])
  const body: UntaggedImages = {
    name: repository,
    pullsSince: toInstantOrNull(pulls.sinceMs),
    images: taken.map(({ image, exclusiveBytes }) => {
      const { digest, mediaType, sizeBytes } = image
      const origin = origins.get(digest)
      return {
        digest,
        mediaType,
        size: sizeBytes,
        exclusiveSize: exclusiveBytes,
        platforms: toPlatformsResponse(image, origin),
        attached: toAttachedResponse(image),
        createdAt: toInstantOrNull(origin?.createdAtMs ?? null),
        pushedAt: toInstantOrNull(linkedAt.get(digest) ?? null),
        ...toPullsResponse(pulls, [digest]),
        broken: flaws.get(digest) ?? null,
      }
    }),
  }
  return context.json(body)
}
