import { failedOf, type ObjectStore } from '../object-store.ts'
import type { UploadStore } from '../upload-store.ts'

/** Rejects once the caller may not change anything any more. */
type MayWrite = () => Promise<void> | undefined

interface Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

/**
 * Stores that ask before each change whether it may be made. For an adapter that does not ask by
 * itself, as late as it can. Bodies and answers pass through as they are.
 */
export function fencedStores({ objects, uploadStore }: Stores, mayWrite: MayWrite): Stores {
  const fenced =
    <Call extends readonly unknown[], T>(act: (...call: Call) => Promise<T>) =>
    async (...call: Call): Promise<T> => {
      await mayWrite()
      return await act(...call)
    }
  const deleteMany: ObjectStore['deleteMany'] = async (keys, how) => {
    try {
      await mayWrite()
    } catch (error) {
      const failed = failedOf(error)
      return keys.map(() => failed)
    }
    return await objects.deleteMany(keys, how)
  }
  return {
    objects: {
      ...objects,
      put: fenced(objects.put),
      move: fenced(objects.move),
      pruneMany: fenced(objects.pruneMany),
      deleteMany,
    },
    uploadStore: {
      ...uploadStore,
      begin: fenced(uploadStore.begin),
      append: fenced(uploadStore.append),
      commit: fenced(uploadStore.commit),
      discard: fenced(uploadStore.discard),
      abort: fenced(uploadStore.abort),
    },
  }
}
