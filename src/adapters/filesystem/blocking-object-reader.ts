import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs'
import { StoreError } from '#storage/errors.ts'
import { listOverFiles } from './list-over-files.ts'
import {
  errorOfKey,
  failedOf,
  type GetOutcome,
  type HeadOutcome,
  type KeyWithoutObject,
  type ObjectReader,
  type ReadHints,
} from '#storage/object-store.ts'
import { openedOf } from '#storage/object-part.ts'
import type { ObjectScanner, ScannedPage } from '#storage/scanner.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import type { Bytes } from '#storage/bytes.ts'
import type { StoredEntry } from './file-tree.ts'
import { scanNow } from './blocking-scan.ts'
import { isAbsent, storageErrorOf, systemCode, withStorageErrorsNow } from './file-errors.ts'
import { kindOf } from './file-nodes.ts'
import { streamOfFile } from './file-stream.ts'
import { obstacleOf } from './find-obstacle.ts'
import { createPlainFolders, type NoFolder } from './plain-folders.ts'
import { isTemporary } from './temporary-files.ts'

/** A store without changes, in calls that block. */
export type BlockingObjectReader = ObjectReader & ObjectScanner

/** Blocking calls do not overlap, so one buffer serves all small files. */
const room = new Uint8Array(64 * 1024)

/** Opening a pipe must not wait for its writer. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const absent = { kind: 'absent' } as const

/** To note more would cost more than looks at those that are read without a hint. */
const fewEntries = 1000

/** As many small areas as are worth a promise, and as many folders of blobs as are a megabyte. */
const pagesAtOnce = 64

/** A folder with such a name is one of very many, and little is read below it. */
const lengthOfDigest = 64

const folderOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('/')))

function assertKeys(keys: readonly string[]): void {
  for (const key of keys) {
    assertSafePath(key)
    if (isTemporary(key)) throw new StoreError('INVALID_PATH', key)
  }
}

/** Reads a file of this size to its end. */
function readAll(descriptor: number, sizeBytes: number): Bytes {
  // One byte more than the size: a read that fills less was the last.
  let bytes = sizeBytes < room.length ? room : new Uint8Array(sizeBytes + 1)
  let length = 0
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null)
    length += count
    if (length < bytes.length) return bytes.slice(0, length)
    const larger = new Uint8Array(bytes.length * 2)
    larger.set(bytes)
    bytes = larger
  }
}

/** Why there is no object below a path that leads to no folder. */
function withoutFolder(found: NoFolder, key: string): KeyWithoutObject {
  if (found === 'absent' || found.obstacle === 'file') return absent
  if (found.error !== undefined) return failedOf(storageErrorOf(found.error, key))
  return { kind: 'hidden', obstacle: found.obstacle }
}

/** Why something that is no file is no object. */
function withoutFile(info: Stats): KeyWithoutObject {
  const obstacle = obstacleOf(info, false)
  return obstacle === null ? absent : { kind: 'hidden', obstacle }
}

/**
 * A few at a time: to have all entries of a large folder as objects of the platform at once takes
 * twice as long, in a thread whose young generation is small.
 */
function entriesNow(folder: string): readonly StoredEntry[] {
  const entries: StoredEntry[] = []
  const opened = opendirSync(folder)
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      entries.push({ name: entry.name, kind: kindOf(entry) })
    }
  } finally {
    opened.closeSync()
  }
  return entries
}

const lookAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

function head(path: string): HeadOutcome {
  const info = lookAt(path)
  if (info === undefined) return absent
  if (!info.isFile()) return withoutFile(info)
  return { kind: 'found', sizeBytes: info.size, modifiedAtMs: Math.trunc(info.mtimeMs) }
}

/** What is at a path that could not be opened. Throws the error where nothing explains it. */
function unopened(path: string, maximumBytes: number, error: unknown): GetOutcome {
  const code = systemCode(error)
  if (isAbsent(error)) return absent
  if (code === 'ELOOP') return { kind: 'hidden', obstacle: 'symbolic link' }
  // An idle device, or a socket.
  if (code === 'ENXIO') return { kind: 'hidden', obstacle: 'strange file' }
  if (code !== 'EACCES') throw error
  const found = head(path)
  if (found.kind !== 'found') return found
  if (found.sizeBytes > maximumBytes) return { ...found, kind: 'too large' }
  throw error
}

function readWhole(path: string, maximumBytes: number): GetOutcome {
  let descriptor: number
  try {
    descriptor = openSync(path, openFlags)
  } catch (error) {
    return unopened(path, maximumBytes, error)
  }
  try {
    const info = fstatSync(descriptor)
    if (!info.isFile()) return withoutFile(info)
    const modifiedAtMs = Math.trunc(info.mtimeMs)
    if (info.size > maximumBytes) return { kind: 'too large', sizeBytes: info.size, modifiedAtMs }
    const bytes = readAll(descriptor, info.size)
    const sizeBytes = bytes.length
    // It has grown since.
    if (sizeBytes > maximumBytes) return { kind: 'too large', sizeBytes, modifiedAtMs }
    return { kind: 'found', bytes, sizeBytes, modifiedAtMs }
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a file storage in as few calls of the platform as possible, and blocks its thread during
 * each: for a thread without other work. Hundreds of thousands of small reads cost several times
 * less in this way than as promises: there is one promise for each batch.
 *
 * Follows no symbolic links, like all others: it checks each folder on the path once, and caches
 * the result. So a reader serves one inventory and is then dropped.
 *
 * @param root as `realpath` returns it
 */
export function createBlockingObjectReader(root: string): BlockingObjectReader {
  const folders = createPlainFolders(root)
  const placeOf = (path: string): string => (path === '' ? root : `${root}/${path}`)

  function outcomeOf<T>(
    key: string,
    { listed, listedAbove }: ReadHints,
    act: (path: string) => T,
  ): T | KeyWithoutObject {
    try {
      const find = listedAbove ? folders.lookAt : folders.find
      const found = listed ? 'plain' : find(folderOf(key))
      return found === 'plain' ? act(`${root}/${key}`) : withoutFolder(found, key)
    } catch (error) {
      // The object was removed between the look and the read.
      return isAbsent(error) ? absent : failedOf(storageErrorOf(error, key))
    }
  }

  /** Notes the folders among the entries of a plain folder: a listed one needs no other check. */
  function rememberIn(path: string, entries: readonly StoredEntry[]): void {
    if (entries.length > fewEntries) return
    for (const { name, kind } of entries) {
      if (name.length >= lengthOfDigest || kind !== 'folder') continue
      folders.remember(path === '' ? name : `${path}/${name}`)
    }
  }

  function entriesOf(path: string): readonly StoredEntry[] {
    if (folders.isPlainFolder(path) !== true) return []
    try {
      const entries = entriesNow(placeOf(path))
      rememberIn(path, entries)
      return entries
    } catch (error) {
      if (isAbsent(error)) return []
      throw error
    }
  }

  const source = {
    storage: { list: (path: string) => withStorageErrorsNow(path, () => entriesOf(path)) },
    findObstacle: async (key: string) => withStorageErrorsNow(key, () => folders.obstacleAt(key)),
    isPrivate: isTemporary,
  }

  return {
    async get(key, part) {
      assertKeys([key])
      const found = outcomeOf<HeadOutcome>(key, {}, head)
      if (found.kind === 'failed') throw errorOfKey(found, key)
      if (found.kind !== 'found') return null
      const stream = streamOfFile.bind(null, `${root}/${key}`, key)
      return openedOf({ ...found, stream: (range) => stream(range) }, part)
    },

    async getMany(keys, { maximumBytes, ...hints }) {
      assertKeys(keys)
      const read = (path: string): GetOutcome => readWhole(path, maximumBytes)
      return keys.map((key) => outcomeOf(key, hints, read))
    },

    async headMany(keys, hints = {}) {
      assertKeys(keys)
      return keys.map((key) => outcomeOf<HeadOutcome>(key, hints, head))
    },

    async *list(prefix, options = {}) {
      assertPrefix(prefix)
      yield* listOverFiles(source, prefix, options)
    },

    async *scan(areas) {
      for (const { prefix } of areas) assertPrefix(prefix)
      let pages: ScannedPage[] = []
      for (const area of areas) {
        try {
          for (const page of scanNow(root, folders, area)) {
            pages.push(page)
            if (pages.length < pagesAtOnce) continue
            yield pages
            pages = []
          }
        } catch (error) {
          throw storageErrorOf(error, area.prefix.slice(0, -1))
        }
      }
      if (pages.length > 0) yield pages
    },
  }
}

function assertPrefix(prefix: string): void {
  if (prefix === '') return
  assertKeys([prefix.slice(0, -1)])
  if (!prefix.endsWith('/')) throw new StoreError('INVALID_PATH', prefix)
}
