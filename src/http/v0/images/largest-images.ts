import { largestImageCalls } from '#contract/endpoints/largest-images.ts'
import type { LargestImages } from '#contract/images/largest-images.ts'
import type { ImageWithBytes } from '#registry/queries/repository-queries.ts'
import { viewerOf } from '../accounts/viewer.ts'
import type { ApiServices } from '../../services.ts'
import { toInstantOrNull } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import { page } from '../paging.ts'
import { readQuery } from '../read-query.ts'
import { listedAliases } from './tag-response.ts'

/** What frees most comes first. */
const order: Order<ImageWithBytes> = {
  valueOf: ({ exclusiveBytes }) => exclusiveBytes,
  nameOf: ({ repository, image }) => `${repository} ${image.digest}`,
  descending: true,
}

export function largestImagesHandlers({ registry: { queries }, pause }: ApiServices) {
  /** The registry gives the same list until something changes. */
  const sortedLists = new WeakMap<readonly ImageWithBytes[], Promise<readonly ImageWithBytes[]>>()

  async function all(): Promise<readonly ImageWithBytes[]> {
    const images = await queries.imagesWithBytes()
    const known = sortedLists.get(images)
    if (known !== undefined) return await known
    const sorting = sortedCooperatively(images, order, pause)
    sortedLists.set(images, sorting)
    return await sorting
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
      const body: LargestImages = {
        images: page(context, shown, order, query).flatMap(
          ({ repository, image, exclusiveBytes }) => {
            const accessLevel = viewer.levelOver(repository)
            if (accessLevel === null) return []
            return [
              {
                repository,
                digest: image.digest,
                tags: image.tags.slice(0, listedAliases),
                tagCount: image.tags.length,
                size: image.sizeBytes,
                exclusiveSize: exclusiveBytes,
                updatedAt: toInstantOrNull(image.updatedAtMs),
                accessLevel,
              },
            ]
          },
        ),
      }
      return context.json(body)
    },
  } satisfies Partial<Handlers<typeof largestImageCalls>>
}
