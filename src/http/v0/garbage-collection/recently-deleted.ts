import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WireRecentlyDeleted } from '#contract/jobs/garbage-collection.ts'
import { imageCountOf } from '#registry/trash/trash-entry.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'
import { readQuery } from '../read-query.ts'

const namedImages = 20

/** For administrators: it names all repositories. */
export const recentlyDeletedHandlers = (services: ApiServices) =>
  ({
    getRecentlyDeleted: async (context) => {
      const { hours = 24 } = readQuery(context, collectionCalls.getRecentlyDeleted.query)
      const { images, bytes } = await services.recentlyDeleted(hours)
      const body: WireRecentlyDeleted = {
        images: images.reduce((sum, entry) => sum + Math.max(1, imageCountOf(entry)), 0),
        bytes,
        named: images.slice(0, namedImages).map((entry) => ({
          repository: entry.repository,
          tags: entry.isOfRepository ? [] : entry.tags.map(({ name }) => name),
          digest: entry.digest,
          ...(entry.isOfRepository && { imageCount: imageCountOf(entry) }),
          deletedAt: toInstant(entry.deletedAtMs),
          deletedBy: entry.deletedBy,
        })),
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>
