import { naturalKey } from '#domain/values/natural-order.ts'
import type { LayerMap, MapImage } from '#contract/images/layer-map.ts'
import type { TagSort } from '#contract/images/tags.ts'
import { layerMapCalls } from '#contract/endpoints/layer-map.ts'
import type { Sort } from '#contract/query-parameters.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryImage } from '#registry/queries/repository-queries.ts'
import { noSuchRepository } from '../../middleware/access.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import { sortedCooperatively, type Order, type SortValue } from '../order.ts'
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
import { createMatcher, platformMatcher } from './tag-view.ts'
import { listedAliases } from './tag-response.ts'

const newestFirst: Sort<TagSort> = { field: 'updatedAt', descending: true }

/** A page of a repository's images, and the layers that they share. */
export const getLayerMap: RepositoryAnswer = async (context, services, { repository }) => {
  const asked = readQuery(context, layerMapCalls.getLayerMap.query)
  const { sort = newestFirst } = asked
  const { queries } = services.registry
  const all = await queries.images(repository)
  if (all === null) throw noSuchRepository(repository)
  const images = await chosen(services, repository, all, asked)
  const order = await orderOf(services, repository, images, sort)
  const taken = page(
    context,
    await sortedCooperatively(images, order, services.pause),
    order,
    asked,
  )
  const map = await queries.layerMap(
    repository,
    taken.map(({ digest }) => digest),
  )
  const summaryOf = new Map(taken.map((image) => [image.digest, image]))
  const body: LayerMap = {
    name: repository,
    images: map.images.flatMap((image) => {
      const summary = summaryOf.get(image.digest)
      return summary === undefined ? [] : [toImageResponse(summary, image)]
    }),
    layers: map.layers.map(({ digest, sizeBytes, imageCount, elsewhereCount, createdBy }) => ({
      digest,
      size: sizeBytes,
      imageCount,
      elsewhereCount,
      createdBy,
    })),
  }
  return context.json(body)
}

const toImageResponse = (
  { digest, tags, sizeBytes, updatedAtMs }: RepositoryImage,
  mapped: {
    readonly exclusiveBytes: number
    readonly layers: readonly number[]
    readonly exclusiveLayers: readonly number[]
  },
): MapImage => ({
  digest,
  tags: tags.slice(0, listedAliases),
  tagCount: tags.length,
  size: sizeBytes,
  exclusiveSize: mapped.exclusiveBytes,
  updatedAt: toInstantOrNull(updatedAtMs),
  layers: [...mapped.layers],
  freedLayers: [...mapped.exclusiveLayers],
})

interface Filters extends PullFilter {
  readonly filter?: string | undefined
  readonly pushedBefore?: number | undefined
  readonly freesMoreThan?: number | undefined
  readonly platform?: string | undefined
}

/** The images that all filters leave. What frees more is asked last: it costs the most. */
async function chosen(
  services: ApiServices,
  repository: RepositoryName,
  all: readonly RepositoryImage[],
  filters: Filters,
): Promise<readonly RepositoryImage[]> {
  const { filter = '', pushedBefore = Infinity, freesMoreThan, platform } = filters
  const { queries } = services.registry
  let images = matching(all, filter).filter(({ updatedAtMs }) => (updatedAtMs ?? 0) < pushedBefore)
  if (filtersByPulls(filters)) {
    const { sinceMs, lastOf } = await readPullTimes(services, repository)
    images = images.filter((image) => {
      const lastPulledAtMs = lastOf(image.tags, pulledDigestsOf(image))
      return matchesPulls(filters, sinceMs, lastPulledAtMs, image.updatedAtMs)
    })
  }
  if (platform !== undefined) {
    images = images.filter(await platformMatcher(queries, repository, images, platform))
  }
  if (freesMoreThan !== undefined) {
    const bytes = await freedBytes(services, repository, images)
    images = images.filter((image) => bytes(image) > freesMoreThan)
  }
  return images
}

/** Images with a matching tag or digest. */
function matching(images: readonly RepositoryImage[], filter: string): readonly RepositoryImage[] {
  if (filter === '') return images
  const matches = createMatcher(filter)
  return images.filter(({ digest, tags }) => [...tags, ''].some((tag) => matches(tag, digest)))
}

async function freedBytes(
  { registry: { queries } }: ApiServices,
  repository: RepositoryName,
  images: readonly RepositoryImage[],
): Promise<(image: RepositoryImage) => number> {
  const bytes = await queries.exclusiveBytes(
    repository,
    images.map(({ digest }) => digest),
  )
  return ({ digest }) => bytes.get(digest) ?? 0
}

const nameOf = ({ digest }: RepositoryImage): string => digest

async function orderOf(
  services: ApiServices,
  repository: RepositoryName,
  images: readonly RepositoryImage[],
  { field, descending }: Sort<TagSort>,
): Promise<Order<RepositoryImage>> {
  const by = (valueOf: (image: RepositoryImage) => SortValue) => ({ valueOf, nameOf, descending })
  switch (field) {
    case 'name':
      return by(({ tags }) => naturalKey(tags[0] ?? ''))
    case 'size':
      return by(({ sizeBytes }) => sizeBytes)
    case 'updatedAt':
      // Untagged images have no time: they sort with the oldest.
      return by(({ updatedAtMs }) => updatedAtMs ?? 0)
    case 'lastPulledAt': {
      const { lastOf } = await readPullTimes(services, repository)
      return by((image) => lastOf(image.tags, pulledDigestsOf(image)) ?? 0)
    }
    case 'exclusiveSize':
    case 'freedSize':
      return by(await freedBytes(services, repository, images))
  }
}
