import type { Reclaimable } from '#contract/garbage-collection.ts'
import type { ApiServices } from '../services.ts'
import { toInstant } from './instant.ts'
import type { Resource } from './resource.ts'
import { viewerOf } from './viewer.ts'

export const reclaimableResource = (services: ApiServices): Resource => ({
  GET: {
    by: 'signed in',
    answer: async (context) => {
      const { isAdmin } = viewerOf(context, services)
      const view = await services.collections.reclaimable()
      const { verification, error } = view
      const body: Reclaimable = {
        asOf: toInstant(view.asOfMs),
        reclaimable: view.reclaimable,
        byCause: { ...view.byCause },
        storedBytes: view.storedBytes,
        tagCount: view.tagCount,
        repositoryCount: view.repositoryCount,
        verification: verification && {
          tags: verification.tags,
          wholeTags: verification.wholeTags,
          at: toInstant(verification.atMs),
        },
        // The reason names the repository that cannot be read.
        error:
          error === null || isAdmin ? error : 'It cannot be told now; an administrator sees why.',
      }
      return context.json(body)
    },
  },
})
