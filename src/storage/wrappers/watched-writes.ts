import type { ObjectStore } from '../object-store.ts'
import type { UploadStore } from '../upload-store.ts'

interface Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

/**
 * Stores that tell of each change when it has ended, before its caller knows, also of one that
 * failed: some of it may have been made.
 *
 * @param written gets the keys, and the prefixes (with `/` at the end), at or below which something
 *   may have changed. It must not throw.
 */
export function watchWrites(
  { objects, uploadStore }: Stores,
  written: (keys: readonly string[]) => void,
): Stores {
  async function telling<T>(keys: readonly string[], change: Promise<T>): Promise<T> {
    try {
      return await change
    } finally {
      written(keys)
    }
  }
  return {
    objects: {
      ...objects,
      put: (key, ...rest) => telling([key], objects.put(key, ...rest)),
      move: (from, to) => telling([from, to], objects.move(from, to)),
      deleteMany: (keys, ...rest) => telling(keys, objects.deleteMany(keys, ...rest)),
      pruneMany: (prefixes) => telling(prefixes, objects.pruneMany(prefixes)),
    },
    uploadStore: {
      ...uploadStore,
      begin: (upload, ...rest) => telling([upload], uploadStore.begin(upload, ...rest)),
      append: (upload, ...rest) => telling([upload], uploadStore.append(upload, ...rest)),
      commit: (upload, key, ...rest) =>
        telling([upload, key], uploadStore.commit(upload, key, ...rest)),
      discard: (upload) => telling([upload], uploadStore.discard(upload)),
      abort: (upload, ...rest) => telling([upload], uploadStore.abort(upload, ...rest)),
    },
  }
}
