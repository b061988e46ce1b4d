import type { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import type { WireStorage } from '#contract/jobs/storage.ts'
import { sumOfParts } from '#domain/collection/stored-parts.ts'
import type { ApiServices } from '../../services.ts'
import { toInstant } from '../instant.ts'
import type { Handlers } from '../mount-calls.ts'

export const storageHandlers = ({ reclaimable, freeBytes }: ApiServices) =>
  ({
    getStorage: async (context) => {
      const [{ view, isCurrent }, free] = await Promise.all([reclaimable.peekView(), freeBytes()])
      const stored = view?.stored ?? null
      const body: WireStorage = {
        asOf: view && toInstant(view.asOfMs),
        isCurrent,
        parts: stored && { ...stored.registry },
        stored: stored && sumOfParts(stored.registry),
        imageBytes: stored && stored.imageBytes,
        free,
      }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof collectionCalls>>
