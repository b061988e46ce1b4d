import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs'
import type { Bytes } from '#storage/bytes.ts'
import type { OpenOptions, StorageReader, StoredFile } from '#storage/storage.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import {
  isAbsent,
  isNoFile,
  systemCode,
  withStorageErrors,
  withStorageErrorsNow,
} from './file-errors.ts'
import { createPlainFolders } from './plain-folders.ts'
import { kindOf } from './file-nodes.ts'
import { streamOfFile } from './file-stream.ts'

/** Larger files are read only when their bytes are requested. */
const readAtOnceBytes = 64 * 1024

/** Blocking calls do not overlap, so one buffer serves all small files. */
const room = new Uint8Array(readAtOnceBytes + 1)

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

function whileOpen<T>(file: string, act: (descriptor: number) => T): T {
  // Opening a pipe must not wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const descriptor = openSync(file, flags)
  try {
    return act(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A file as it is when it is opened: half the calls of a stat before opening. */
function openWhole(file: string, path: string): StoredFile | null {
  return whileOpen(file, (descriptor) => {
    const info = fstatSync(descriptor)
    if (!info.isFile()) return null
    const read = info.size <= readAtOnceBytes ? readAll(descriptor, info.size) : null
    return {
      sizeBytes: read?.length ?? info.size,
      modifiedAtMs: Math.trunc(info.mtimeMs),
      bytes: () => read ?? withStorageErrors(path, async () => readNow(file, info.size)),
      stream: (range) => streamOfFile(file, path, range),
    }
  })
}

const readNow = (file: string, sizeBytes: number): Bytes =>
  whileOpen(file, (descriptor) => readAll(descriptor, sizeBytes))

/**
 * Reads a file storage in as few calls of the platform as possible, and blocks its thread during
 * each: for a thread without other work. Hundreds of thousands of small reads cost several times
 * less in this way than as promises.
 *
 * Follows no symbolic links, like all others: it checks each folder on the path once, and caches
 * the result. So a reader serves one inventory and is then dropped.
 *
 * @param root as `realpath` returns it
 */
export function createBlockingReader(root: string): StorageReader {
  const { isPlainFolder, remember } = createPlainFolders(root)

  function open(
    path: string,
    { folderSeen = false, whole = false }: OpenOptions,
  ): StoredFile | null {
    assertSafePath(path)
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (!folderSeen && isPlainFolder(folder) !== true) return null
    const file = `${root}/${path}`
    try {
      if (whole) return openWhole(file, path)
    } catch (error) {
      if (isAbsent(error) || isNoFile(error)) return null
      // It may exist but not be readable: reading its bytes reports that.
      if (systemCode(error) !== 'EACCES') throw error
    }
    const info = lstatSync(file, { throwIfNoEntry: false })
    if (!info?.isFile()) return null
    return {
      sizeBytes: info.size,
      modifiedAtMs: Math.trunc(info.mtimeMs),
      bytes: () => withStorageErrors(path, async () => readNow(file, info.size)),
      stream: (range) => streamOfFile(file, path, range),
    }
  }

  return {
    open: (path, options = {}) => withStorageErrorsNow(path, () => open(path, options)),
    list: (path) =>
      withStorageErrorsNow(path, () => {
        if (path !== '') assertSafePath(path)
        if (isPlainFolder(path) !== true) return []
        try {
          const entries = readdirSync(path === '' ? root : `${root}/${path}`, {
            withFileTypes: true,
          })
          return entries.map((entry) => {
            const { name } = entry
            const kind = kindOf(entry)
            // Folders named by digests are many, and are hardly ever asked about.
            if (kind === 'folder' && name.length < 64)
              remember(path === '' ? name : `${path}/${name}`)
            return { name, kind }
          })
        } catch (error) {
          if (isAbsent(error)) return []
          throw error
        }
      }),
  }
}
