import { largestImageCalls } from '#contract/endpoints/largest-images.ts'
import type { LargestImages, LargestSort } from '#contract/images/largest-images.ts'
import type { Sort } from '#contract/query-parameters.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { ImageWithBytes } from '#registry/queries/repository-queries.ts'
import type { SeenPulls } from '#services/retention/pull-recorder.ts'
import { viewerOf } from '../accounts/viewer.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import {
  filtersByPulls,
  matchesPulls,
  pulledDigestsOf,
  readPullTimes,
  type PullFilter,
  type PullTimes,
} from './pull-times.ts'
import { listedAliases, toPullsResponse } from './tag-response.ts'

const nameOf = ({ repository, image }: ImageWithBytes): string => `${repository} ${image.digest}`

const byBytes = (descending: boolean): Order<ImageWithBytes> => ({
  valueOf: ({ exclusiveBytes }) => exclusiveBytes,
  nameOf,
  descending,
})
const largestFirst = byBytes(true)

const pulledAtMs = (times: ReadonlyMap<string, PullTimes>, one: ImageWithBytes): number | null =>
  times.get(one.repository)?.lastOf(one.image.tags, pulledDigestsOf(one.image)) ?? null

/** Of those that were pulled at the same time, or never, what frees most comes first. */
const byPull = (
  times: ReadonlyMap<string, PullTimes>,
  descending: boolean,
): Order<ImageWithBytes> => ({
  valueOf: (one) => pulledAtMs(times, one) ?? 0,
  nameOf(one) {
    const { exclusiveBytes } = one
    const rank = descending ? exclusiveBytes : Number.MAX_SAFE_INTEGER - exclusiveBytes
    return `${String(rank).padStart(16, '0')} ${nameOf(one)}`
  },
  descending,
})

function byRepository(
  images: readonly ImageWithBytes[],
): ReadonlyMap<RepositoryName, readonly ImageWithBytes[]> {
  const grouped = new Map<RepositoryName, ImageWithBytes[]>()
  for (const image of images) {
    const known = grouped.get(image.repository)
    if (known === undefined) grouped.set(image.repository, [image])
    else known.push(image)
  }
  return grouped
}

export function largestImagesHandlers(services: ApiServices) {
  const { registry, pullRecorder, pause } = services
  const { queries } = registry
  /** The registry gives the same list until something changes. */
  const sortedLists = new WeakMap<readonly ImageWithBytes[], Promise<readonly ImageWithBytes[]>>()

  async function all(): Promise<readonly ImageWithBytes[]> {
    const images = await queries.imagesWithBytes()
    const known = sortedLists.get(images)
    if (known !== undefined) return await known
    const sorting = sortedCooperatively(images, largestFirst, pause)
    sortedLists.set(images, sorting)
    return await sorting
  }

  async function pullTimesOf(
    images: readonly ImageWithBytes[],
  ): Promise<ReadonlyMap<string, PullTimes>> {
    const times = new Map<string, PullTimes>()
    for (const repository of byRepository(images).keys()) {
      times.set(repository, await readPullTimes(services, repository))
    }
    return times
  }

  /** When each came that has no tag, which is read from storage; once, until something changes. */
  const linkedAt = new WeakMap<ImageWithBytes, number>()
  async function readLinkedAt(images: readonly ImageWithBytes[]): Promise<void> {
    const unknown = images.filter((one) => one.image.updatedAtMs === null && !linkedAt.has(one))
    for (const [repository, some] of byRepository(unknown)) {
      const digests = some.map(({ image }) => image.digest)
      const times = await queries.linkTimes(repository, digests)
      for (const one of some) {
        const time = times.get(one.image.digest)
        if (time !== undefined) linkedAt.set(one, time)
      }
    }
  }

  async function matching(
    images: readonly ImageWithBytes[],
    query: PullFilter,
    times: ReadonlyMap<string, PullTimes>,
  ): Promise<readonly ImageWithBytes[]> {
    const matches = (one: ImageWithBytes, pushedAtMs: number | null): boolean => {
      const sinceMs = times.get(one.repository)?.sinceMs ?? null
      return matchesPulls(query, sinceMs, pulledAtMs(times, one), pushedAtMs)
    }
    // Whatever came long ago: only of these it matters when they came.
    const left = images.filter((one) => matches(one, one.image.updatedAtMs ?? 0))
    if (query.notPulledSince === undefined) return left
    await readLinkedAt(left)
    return left.filter((one) => matches(one, one.image.updatedAtMs ?? linkedAt.get(one) ?? null))
  }

  async function arranged(
    images: readonly ImageWithBytes[],
    query: PullFilter,
    { field, descending }: Sort<LargestSort>,
  ): Promise<{
    readonly images: readonly ImageWithBytes[]
    readonly order: Order<ImageWithBytes>
  }> {
    const isByPull = field === 'lastPulledAt'
    const times =
      isByPull || filtersByPulls(query) ? await pullTimesOf(images) : new Map<string, PullTimes>()
    const chosen = filtersByPulls(query) ? await matching(images, query, times) : images
    // They are in this order already.
    if (!isByPull && descending) return { images: chosen, order: largestFirst }
    const order = isByPull ? byPull(times, descending) : byBytes(descending)
    return { images: await sortedCooperatively(chosen, order, pause), order }
  }

  /** Of the rows of one page, by repository. */
  async function seenPulls(
    images: readonly ImageWithBytes[],
  ): Promise<ReadonlyMap<string, SeenPulls>> {
    const seen = new Map<string, SeenPulls>()
    for (const [repository, some] of byRepository(images)) {
      const references = some.flatMap(({ image }) => [...pulledDigestsOf(image), ...image.tags])
      seen.set(repository, await pullRecorder.seen(repository, references))
    }
    return seen
  }

  return {
    listLargestImages: async (context) => {
      const viewer = viewerOf(context)
      const query = readQuery(context, largestImageCalls.listLargestImages.query)
      const filter = query.filter?.toLowerCase() ?? ''
      const shown = (await all()).filter(
        ({ repository, image }) =>
          viewer.sees(repository) &&
          (repository.includes(filter) ||
            image.tags.some((tag) => tag.toLowerCase().includes(filter))),
      )
      const sort = query.sort ?? { field: 'exclusiveSize', descending: true }
      const { images, order } = await arranged(shown, query, sort)
      const taken = page(context, images, order, query)
      const seen = await seenPulls(taken)
      const { sinceMs } = await pullRecorder.seen('', [])
      const body: LargestImages = {
        pullsSince: toInstantOrNull(sinceMs),
        images: taken.flatMap(({ repository, image, exclusiveBytes }) => {
          const accessLevel = viewer.levelOver(repository)
          if (accessLevel === null) return []
          const { lastPulledAt, lastPulledBy } = toPullsResponse(
            { of: seen.get(repository)?.of ?? new Map() },
            [...pulledDigestsOf(image), ...image.tags],
          )
          return [
            {
              repository,
              digest: image.digest,
              tags: image.tags.slice(0, listedAliases),
              tagCount: image.tags.length,
              size: image.sizeBytes,
              exclusiveSize: exclusiveBytes,
              updatedAt: toInstantOrNull(image.updatedAtMs),
              lastPulledAt,
              lastPulledBy,
              accessLevel,
            },
          ]
        }),
      }
      return context.json(body)
    },
  } satisfies Partial<Handlers<typeof largestImageCalls>>
}
