import { rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inSlices } from '#domain/values/in-slices.ts'
import { StoreError } from '#storage/errors.ts'
import {
  failedOf,
  type DeleteBatch,
  type DeleteOptions,
  type DeleteOutcome,
  type Durability,
  type ObjectStore,
} from '#storage/object-store.ts'
import { objectsOverFiles } from './objects-over-file-tree.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type { FileTree } from './file-tree.ts'
import { createBlockingDeleter } from './blocking-key-deleter.ts'
import { syncFolder } from './durable-folders.ts'
import { systemCode } from './file-errors.ts'
import { createObstacleFinder } from './find-obstacle.ts'
import type { MayWrite } from '#coordination/leadership.ts'
import { isTemporary } from './temporary-files.ts'

export interface FileObjectStoreOptions {
  /** The folder that is the storage's root, as `realpath` returns it. */
  readonly root: string
  readonly storage: FileTree
  /** As for the storage. Null: nothing may be written. */
  readonly mayWrite?: MayWrite | null
  /**
   * Runs in another thread, so that this one is not blocked. Default: blocks this one, for a
   * command without other work.
   */
  readonly deleteBatch?: DeleteBatch
}

/** Fewer keys than this are not worth a message to a thread, nor its start. */
const fewKeys = 16

/** The number that object storage accepts in one request; on a slow disk, the work of a second. */
const keysInBatch = 1000

const notTried: DeleteOutcome = { kind: 'not tried' }

/**
 * Objects on a file system, over a storage that handles folders, links and temporary files, and
 * durability. Removals bypass it, many at a time.
 */
export function createFileObjectStore(options: FileObjectStoreOptions): ObjectStore {
  const { root, storage, mayWrite = () => undefined } = options
  const deleteNow = createBlockingDeleter(root)
  const { deleteBatch = async (...batch) => deleteNow(...batch) } = options

  async function removeIfEmpty(folder: string, durability: Durability): Promise<void> {
    const path = join(root, folder)
    try {
      if (mayWrite === null) return
      await mayWrite('part')
      await rmdir(path)
      if (durability === 'durable') await syncFolder(dirname(path))
    } catch (error) {
      // A folder that is not empty holds something of others; one without write permission stays
      // too.
      if (systemCode(error) === null) throw error
    }
  }

  const findObstacle = createObstacleFinder(root)
  const objects = objectsOverFiles(storage, {
    findObstacle,
    isPrivate: isTemporary,
    removeIfEmpty,
  })

  async function deleteSlice(
    keys: readonly string[],
    how: DeleteOptions,
  ): Promise<readonly DeleteOutcome[]> {
    try {
      if (mayWrite === null) throw new StoreError('READ_ONLY', keys[0] ?? '')
      await mayWrite()
    } catch (error) {
      const failed = failedOf(error)
      return keys.map(() => failed)
    }
    return await deleteBatch(keys, how)
  }

  return {
    ...objects,

    async deleteMany(keys, how = {}) {
      // Calls with promises cannot check and remove in one step, nor tell what was written again.
      const needsBlocking = how.unlessModifiedSinceMs !== undefined || how.prunes === 'whole folder'
      if (keys.length <= fewKeys && !needsBlocking) {
        return await objects.deleteMany(keys, how)
      }
      for (const key of keys) {
        assertSafePath(key)
        if (isTemporary(key)) throw new StoreError('INVALID_PATH', key)
      }
      const outcomes: DeleteOutcome[] = []
      for (const slice of inSlices(keys, keysInBatch)) {
        // The time is up for one batch.
        const isFirst = outcomes.length === 0 || how.maximumMs === undefined
        const more = isFirst ? await deleteSlice(slice, how) : slice.map(() => notTried)
        for (const outcome of more) outcomes.push(outcome)
      }
      return outcomes
    },
  }
}
