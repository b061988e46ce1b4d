import { untaggedCalls } from '#contract/endpoints/untagged.ts'
import type { UntaggedImages } from '#contract/untagged.ts'
import type { UntaggedImage } from '#registry/queries/repository-queries.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import { toInstantOrNull } from '../instant.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import { toAttachedResponse, toPlatformsResponse, toPullsResponse } from './tag-response.ts'

/** What frees most comes first. */
const order: Order<UntaggedImage> = {
  valueOf: ({ exclusiveBytes }) => exclusiveBytes,
  nameOf: ({ image }) => image.digest,
  descending: true,
}

export const listUntagged: RepositoryAnswer = async (context, services, { repository }) => {
  const { registry, pullRecorder, pause } = services
  const { queries } = registry
  const query = readQuery(context, untaggedCalls.listUntagged.query)
  const all = await queries.untagged(repository)
  if (all === null) throw noSuchRepository(repository)
  const taken = page(context, await sortedCooperatively(all, order, pause), order, query)
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
        ...toPullsResponse(pulls, digest, null),
        broken: flaws.get(digest) ?? null,
      }
    }),
  }
  return context.json(body)
}
