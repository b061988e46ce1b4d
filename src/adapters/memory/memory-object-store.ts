import { StoreError } from '#storage/errors.ts'
import { compareKeys, sortKeys } from '#storage/key-order.ts'
import { openedOf } from '#storage/object-part.ts'
import type {
  DeleteOptions,
  DeleteOutcome,
  GetOutcome,
  Listed,
  ListOptions,
  ObjectStore,
  Prefix,
} from '#storage/object-store.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type { MemoryFile } from './memory-file.ts'
import type { MemoryFileTree } from './memory-file-tree.ts'

const pageSize = 1000

const assertKeys = (keys: readonly string[]): void => keys.forEach(assertSafePath)

/** The path of the folder that a prefix is. */
function folderOf(prefix: Prefix): string {
  const folder = prefix.slice(0, -1)
  if (prefix !== '') assertSafePath(folder)
  if (prefix !== '' && !prefix.endsWith('/')) throw new StoreError('INVALID_PATH', prefix)
  return folder
}

/** Whether a list that begins after `after` can include anything below a prefix. */
const mayListBelow = (prefix: string, after: string | undefined): boolean =>
  after === undefined || after.startsWith(prefix) || compareKeys(prefix, after) > 0

/** What is below a prefix, in the order of keys: each folder sorts as if it ended in `/`. */
function* listBelow(
  files: MemoryFileTree,
  prefix: string,
  { after, delimiter }: ListOptions,
): Generator<Listed> {
  const names = files.reads
    .list(prefix.slice(0, -1))
    .map(({ name, kind }) => (kind === 'folder' ? `${name}/` : name))
  for (const name of sortKeys(names)) {
    const key = prefix + name
    const isAfter = after === undefined || compareKeys(key, after) > 0
    if (!key.endsWith('/')) {
      if (isAfter) yield { kind: 'key', key }
    } else if (delimiter === undefined) {
      if (mayListBelow(key, after)) yield* listBelow(files, key, { after })
    } else if (isAfter) yield { kind: 'prefix', prefix: key as Exclude<Prefix, ''> }
  }
}

const foundIn = (file: MemoryFile, maximumBytes: number): GetOutcome => {
  const { sizeBytes, modifiedAtMs } = file
  return sizeBytes > maximumBytes
    ? { kind: 'too large', sizeBytes, modifiedAtMs }
    : { kind: 'found', bytes: file.shared(), sizeBytes, modifiedAtMs }
}

/**
 * Objects in memory. Nothing can be hidden here, and nothing is more durable than the page. Nothing
 * else runs between the first and the last key of a call.
 */
export function createMemoryObjectStore(files: MemoryFileTree): ObjectStore {
  async function removeOne(key: string, how: DeleteOptions): Promise<DeleteOutcome> {
    const { unlessModifiedSinceMs = Infinity, prunes = false } = how
    const file = files.reads.open(key)
    if (file !== null && file.modifiedAtMs >= unlessModifiedSinceMs) return { kind: 'modified' }
    if (file !== null) await files.remove(key)
    const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')))
    if (folder !== '' && prunes === 'whole folder') await files.remove(folder)
    else if (folder !== '' && prunes && files.reads.list(folder).length === 0) {
      await files.removeEmpty(folder)
    }
    return file === null ? { kind: 'absent' } : { kind: 'removed', bytes: file.sizeBytes }
  }

  return {
    async get(key, part) {
      const file = files.reads.open(key)
      return file && openedOf(file, part)
    },

    async getMany(keys, { maximumBytes }) {
      assertKeys(keys)
      return keys.map((key) => {
        const file = files.reads.open(key)
        return file === null ? { kind: 'absent' } : foundIn(file, maximumBytes)
      })
    },

    async headMany(keys) {
      assertKeys(keys)
      return keys.map((key) => {
        const file = files.reads.open(key)
        if (file === null) return { kind: 'absent' }
        return { kind: 'found', sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs }
      })
    },

    put: (key, body, { modifiedAtMs } = {}) => files.write(key, body, { modifiedAtMs }),

    async *list(prefix, how = {}) {
      folderOf(prefix)
      let page: Listed[] = []
      for (const listed of listBelow(files, prefix, how)) {
        page.push(listed)
        if (page.length < pageSize) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },

    async deleteMany(keys, how = {}) {
      assertKeys(keys)
      return await Promise.all(keys.map((key) => removeOne(key, how)))
    },

    async move(from, to) {
      assertKeys([from, to])
      if (files.reads.open(from) === null) throw new StoreError('NOT_FOUND', from)
      await files.move(from, to)
    },

    async pruneMany(prefixes) {
      return await Promise.all(prefixes.map(folderOf).map((folder) => files.removeEmpty(folder)))
    },
  }
}
