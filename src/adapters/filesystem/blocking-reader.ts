import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs'
import type { Bytes, OpenOptions, StorageReader, StoredFile } from '#storage/storage.ts'
import { refuseStrangePath } from '#storage/storage-path.ts'
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

/** Larger files are read when their bytes are asked for, if they are. */
const readAtOnceBytes = 64 * 1024

/** Nobody else reads while a call blocks, so that one room serves all small files. */
const room = new Uint8Array(readAtOnceBytes + 1)

/** Reads to the end of a file that has so many bytes. */
function readAll(descriptor: number, sizeBytes: number): Bytes {
  // One more than there should be: a read that fills less was the last.
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
  // A pipe must not make this wait for whoever writes into it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const descriptor = openSync(file, flags)
  try {
    return act(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A file as it is when it is opened, which takes half the calls of looking first. */
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
 * Reads a file storage in as few calls of the platform as there can be, and holds its thread until
 * each is answered: for a thread that has nothing else to do. Hundreds of thousands of small reads
 * cost several times less so than as many promises do.
 *
 * Symbolic links are no more followed than elsewhere: each folder on the way is looked at once, and
 * remembered. So a reader serves one inventory and is then thrown away.
 *
 * @param root as `realpath` gives it
 */
export function createBlockingReader(root: string): StorageReader {
  const { isPlainFolder, remember } = createPlainFolders(root)

  function open(
    path: string,
    { folderSeen = false, whole = false }: OpenOptions,
  ): StoredFile | null {
    refuseStrangePath(path)
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    if (!folderSeen && isPlainFolder(folder) !== true) return null
    const file = `${root}/${path}`
    try {
      if (whole) return openWhole(file, path)
    } catch (error) {
      if (isAbsent(error) || isNoFile(error)) return null
      // It may be there, and not to be read: that is for its bytes to say.
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
        if (path !== '') refuseStrangePath(path)
        if (isPlainFolder(path) !== true) return []
        try {
          const entries = readdirSync(path === '' ? root : `${root}/${path}`, {
            withFileTypes: true,
          })
          return entries.map((entry) => {
            const { name } = entry
            const kind = kindOf(entry)
            // Those named by digests are many, and hardly ever asked about.
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
