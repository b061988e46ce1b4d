import { StoreError } from '../errors.ts'
import type { ObjectStore } from '../object-store.ts'
import type { UploadStore } from '../upload-store.ts'

interface Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

/**
 * @param keys keys, and prefixes (with `/` at the end), at or below which something may have changed
 * @param hasFailed some of it may have been made, or less than that: a folder without its file
 */
export type Written = (keys: readonly string[], hasFailed: boolean) => void

/** Whether a change that ended with an error may have left anything behind. */
const mayHaveBegun = (error: unknown): boolean =>
  !(error instanceof StoreError && error.code === 'NOT_FOUND')

/**
 * Stores that tell of each change when it has ended, before its caller knows, also of one that
 * failed.
 *
 * @param written must not throw
 */
export function watchWrites({ objects, uploadStore }: Stores, written: Written): Stores {
  async function telling<T>(
    keys: readonly string[],
    change: Promise<T>,
    hasFailed: (result: T) => boolean = () => false,
  ): Promise<T> {
    let result: T
    try {
      result = await change
    } catch (error) {
      written(keys, mayHaveBegun(error))
      throw error
    }
    written(keys, hasFailed(result))
    return result
  }
  return {
    objects: {
      ...objects,
      put: (key, ...rest) => telling([key], objects.put(key, ...rest)),
      move: (from, to) => telling([from, to], objects.move(from, to)),
      deleteMany: (keys, ...rest) =>
        telling(keys, objects.deleteMany(keys, ...rest), (outcomes) =>
          outcomes.some(({ kind }) => kind === 'failed'),
        ),
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
