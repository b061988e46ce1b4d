import { untaggedCalls } from '#contract/endpoints/untagged.ts'
import type { UntaggedImages, UntaggedSort } from '#contract/images/untagged.ts'
import { formerTagsOf } from '#services/images/former-tags.ts'
import type { UntaggedImage } from '#registry/queries/repository-queries.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ApiServices } from '../../services.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import { toInstantOrNull } from '../instant.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import type { RepositoryAnswer } from '../repositories/repository-answer.ts'
import {
  filtersByPulls,
  matchesPulls,
  pulledDigestsOf,
  readPullTimes,
  type PullFilter,
} from './pull-times.ts'
import { toAttachedResponse, toPlatformsResponse, toPullsResponse } from './tag-response.ts'

interface Filters extends PullFilter {
  readonly filter?: string | undefined
}

/** When each came is read from storage, so only for who filters or sorts by it. */
const linkTimes = (
  { registry }: ApiServices,
  repository: RepositoryName,
  images: readonly UntaggedImage[],
): Promise<ReadonlyMap<string, number>> =>
  registry.queries.linkTimes(
    repository,
    images.map(({ image }) => image.digest),
  )

async function valuesBy(
  services: ApiServices,
  repository: RepositoryName,
  images: readonly UntaggedImage[],
  field: UntaggedSort,
): Promise<Order<UntaggedImage>['valueOf']> {
  switch (field) {
    case 'exclusiveSize':
      return ({ exclusiveBytes }) => exclusiveBytes
    case 'size':
      return ({ image }) => image.sizeBytes
    case 'pushedAt': {
      const times = await linkTimes(services, repository, images)
      return ({ image }) => times.get(image.digest) ?? 0
    }
    case 'lastPulledAt': {
      const { lastOf } = await readPullTimes(services, repository)
      return ({ image }) => lastOf([], pulledDigestsOf(image)) ?? 0
    }
  }
}

async function matching(
  services: ApiServices,
  repository: RepositoryName,
  all: readonly UntaggedImage[],
  formerTags: ReadonlyMap<string, readonly string[]>,
  filters: Filters,
): Promise<readonly UntaggedImage[]> {
  const text = filters.filter?.toLowerCase() ?? ''
  const found = all.filter(
    ({ image: { digest } }) =>
      digest.includes(text) ||
      formerTags.get(digest)?.some((tag) => tag.toLowerCase().includes(text)),
  )
  if (!filtersByPulls(filters)) return found
  const { sinceMs, lastOf } = await readPullTimes(services, repository)
  const linkedAt =
    filters.notPulledSince === undefined
      ? new Map<string, number>()
      : await linkTimes(services, repository, found)
  return found.filter(({ image }) =>
    matchesPulls(
      filters,
      sinceMs,
      lastOf([], pulledDigestsOf(image)),
      linkedAt.get(image.digest) ?? null,
    ),
  )
}

export const listUntagged: RepositoryAnswer = async (context, services, { repository }) => {
  const { registry, pullRecorder, pause } = services
  const { queries } = registry
  const query = readQuery(context, untaggedCalls.listUntagged.query)
  const all = await queries.untagged(repository)
  if (all === null) throw noSuchRepository(repository)
  const formerTags = await formerTagsOf(
    services.state,
    repository,
    new Set(all.map(({ image }) => image.digest)),
  )
  const chosen = await matching(services, repository, all, formerTags, query)
  const { field, descending } = query.sort ?? { field: 'exclusiveSize', descending: true }
  const order: Order<UntaggedImage> = {
    valueOf: await valuesBy(services, repository, chosen, field),
    nameOf: ({ image }) => image.digest,
    descending,
  }
  const taken = page(context, await sortedCooperatively(chosen, order, pause), order, query)
  const digests = taken.map(({ image }) => image.digest)
  const [origins, linkedAt, flaws, pulls] = await Promise.all([
    queries.origins(repository, digests),
    queries.linkTimes(repository, digests),
    queries.flaws(repository, digests),
    pullRecorder.seen(
      repository,
      taken.flatMap(({ image }) => pulledDigestsOf(image)),
    ),
  ])
  const body: UntaggedImages = {
    name: repository,
    pullsSince: toInstantOrNull(pulls.sinceMs),
    images: taken.map(({ image, exclusiveBytes }) => {
      const { digest, mediaType, sizeBytes } = image
      const origin = origins.get(digest)
      return {
        digest,
        formerTags: [...(formerTags.get(digest) ?? [])],
        mediaType,
        size: sizeBytes,
        exclusiveSize: exclusiveBytes,
        platforms: toPlatformsResponse(image, origin),
        attached: toAttachedResponse(image),
        createdAt: toInstantOrNull(origin?.createdAtMs ?? null),
        pushedAt: toInstantOrNull(linkedAt.get(digest) ?? null),
        ...toPullsResponse(pulls, pulledDigestsOf(image)),
        broken: flaws.get(digest) ?? null,
      }
    }),
  }
  return context.json(body)
}
