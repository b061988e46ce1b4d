import { inSlices } from '#domain/values/in-slices.ts'
import { StoreError } from '#storage/errors.ts'
import { listOverFiles, type FindObstacle } from './list-over-files.ts'
import {
  failedOf,
  type DeleteOptions,
  type DeleteOutcome,
  type Durability,
  type GetOutcome,
  type HeadOutcome,
  type KeyWithoutObject,
  type ObjectStore,
  type Prefix,
} from '#storage/object-store.ts'
import { openedOf } from '#storage/object-part.ts'
import type { OpenOptions, FileTree, StoredFile } from './file-tree.ts'
import { assertSafePath } from '#storage/storage-path.ts'

export interface OverFilesOptions {
  /** Default: there are no obstacles, as in memory. */
  readonly findObstacle?: FindObstacle
  /** True for what the storage keeps for itself. Default: nothing. */
  readonly isPrivate?: (key: string) => boolean
  /**
   * Removes a folder if it is empty. Default: `removeEmpty` of the storage, which looks at
   * everything in the folder.
   */
  readonly removeIfEmpty?: (folder: string, durability: Durability) => Promise<unknown>
}

/** How many keys are looked at, or read, at once. */
const keysAtOnce = 64

async function forEachKey<T>(
  keys: readonly string[],
  act: (key: string) => Promise<T>,
): Promise<readonly T[]> {
  const outcomes: T[] = []
  for (const slice of inSlices(keys, keysAtOnce)) {
    for (const outcome of await Promise.all(slice.map(act))) outcomes.push(outcome)
  }
  return outcomes
}

/** An object store over a storage of files and folders. It holds nothing by itself. */
export function objectsOverFiles(storage: FileTree, options: OverFilesOptions = {}): ObjectStore {
  const {
    findObstacle = async () => null,
    isPrivate = () => false,
    removeIfEmpty = (folder) => storage.removeEmpty(folder),
  } = options

  function assertKeys(keys: readonly string[]): void {
    for (const key of keys) {
      assertSafePath(key)
      if (isPrivate(key)) throw new StoreError('INVALID_PATH', key)
    }
  }

  const pathOf = (prefix: Prefix): string => {
    const path = prefix.slice(0, -1)
    if (prefix !== '') assertKeys([path])
    if (!prefix.endsWith('/') && prefix !== '') throw new StoreError('INVALID_PATH', prefix)
    return path
  }

  async function withoutObject(key: string): Promise<KeyWithoutObject> {
    const found = await findObstacle(key)
    return found === null || found.obstacle === 'file'
      ? { kind: 'absent' }
      : { kind: 'hidden', obstacle: found.obstacle }
  }

  /** What is found at a key, or why nothing is. */
  async function find<T>(
    key: string,
    how: OpenOptions,
    act: (file: StoredFile) => Promise<T>,
  ): Promise<T | KeyWithoutObject> {
    try {
      const file = await storage.open(key, how)
      return await (file === null ? withoutObject(key) : act(file))
    } catch (error) {
      const failed = failedOf(error)
      // The object was removed between the look and the read.
      return failed.code === 'NOT_FOUND' ? { kind: 'absent' } : failed
    }
  }

  /** Removes an obstacle: a link itself goes, and its target stays. */
  async function removeObstacle(key: string, lazily: boolean): Promise<DeleteOutcome> {
    const found = await findObstacle(key)
    // Nothing can be below an entry that is no folder and does not lead to one.
    const isDeadEnd = found?.obstacle === 'strange file' || found?.obstacle === 'file'
    if (found === null || (found.key !== key && isDeadEnd)) return { kind: 'absent' }
    if (found.key !== key) {
      throw new StoreError(found.obstacle === 'no permission' ? 'DENIED' : 'INVALID_PATH', key)
    }
    await storage.remove(key, { lazily })
    return { kind: 'removed', bytes: 0 }
  }

  /** In memory nothing runs between the look and the removal: both are in one turn. */
  async function removeFile(key: string, how: DeleteOptions): Promise<DeleteOutcome> {
    const { durability = 'durable', unlessModifiedSinceMs = Infinity } = how
    const opening = storage.open(key)
    const file = opening instanceof Promise ? await opening : opening
    if (file === null) return await removeObstacle(key, durability === 'lazy')
    if (file.modifiedAtMs >= unlessModifiedSinceMs) return { kind: 'modified' }
    await storage.remove(key, { lazily: durability === 'lazy' })
    return { kind: 'removed', bytes: file.freedBytes ?? file.sizeBytes }
  }

  async function removeOne(key: string, how: DeleteOptions): Promise<DeleteOutcome> {
    try {
      const outcome = await removeFile(key, how)
      const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')))
      const isGone = outcome.kind === 'removed' || outcome.kind === 'absent'
      if (how.prunes && isGone && folder !== '') {
        await removeIfEmpty(folder, how.durability ?? 'durable')
      }
      return outcome
    } catch (error) {
      return failedOf(error)
    }
  }

  return {
    async get(key, part) {
      assertKeys([key])
      const file = await storage.open(key)
      return file && openedOf(file, part)
    },

    async getMany(keys, { maximumBytes }) {
      assertKeys(keys)
      return await forEachKey<GetOutcome>(keys, (key) =>
        find(key, { whole: true, maximumBytes }, async (file): Promise<GetOutcome> => {
          const { sizeBytes, modifiedAtMs } = file
          if (sizeBytes > maximumBytes) return { kind: 'too large', sizeBytes, modifiedAtMs }
          const bytes = await file.bytes()
          return { kind: 'found', bytes, sizeBytes: bytes.length, modifiedAtMs }
        }),
      )
    },

    async headMany(keys) {
      assertKeys(keys)
      return await forEachKey<HeadOutcome>(keys, (key) =>
        find(key, {}, async ({ sizeBytes, modifiedAtMs }) => ({
          kind: 'found' as const,
          sizeBytes,
          modifiedAtMs,
        })),
      )
    },

    async put(key, body, { durability = 'durable', ...how } = {}) {
      assertKeys([key])
      return await storage.write(key, body, { lazily: durability === 'lazy', ...how })
    },

    async *list(prefix, how = {}) {
      pathOf(prefix)
      yield* listOverFiles({ storage, findObstacle, isPrivate }, prefix, how)
    },

    async deleteMany(keys, how = {}) {
      assertKeys(keys)
      const seen = new Set<string>()
      return await forEachKey(keys, async (key): Promise<DeleteOutcome> => {
        if (seen.has(key)) return { kind: 'absent' }
        seen.add(key)
        return await removeOne(key, how)
      })
    },

    async move(from, to) {
      assertKeys([from, to])
      if ((await storage.open(from)) === null) throw new StoreError('NOT_FOUND', from)
      await storage.move(from, to)
    },

    async pruneMany(prefixes) {
      return await forEachKey(prefixes.map(pathOf), (path) => storage.removeEmpty(path))
    },
  }
}
