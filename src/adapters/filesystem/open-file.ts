import { constants } from 'node:fs'
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import type { OpenOptions, StoredFile } from './file-tree.ts'
import { freedBytesOf } from './freed-bytes.ts'
import { isAbsent, isNoFile, systemCode, withStorageErrors } from './file-errors.ts'
import { streamOfFile } from './file-stream.ts'

/** Larger files are read when their bytes are requested. */
const wholeBytes = 4 * 1024 * 1024

/**
 * A small file as it is when it is opened: it may be replaced or removed before its bytes are
 * requested. Null if there is none.
 */
async function openWhole(
  file: string,
  path: string,
  maximumBytes: number,
): Promise<StoredFile | null | 'may not be read'> {
  // Opening a pipe must not wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let handle: FileHandle
  try {
    handle = await open(file, flags)
  } catch (error) {
    if (isAbsent(error) || isNoFile(error)) return null
    // It exists: reading its bytes reports that they cannot be read.
    if (systemCode(error) === 'EACCES') return 'may not be read'
    throw error
  }
  try {
    const info = await handle.stat()
    if (!info.isFile()) return null
    const bytes =
      info.size <= Math.min(wholeBytes, maximumBytes)
        ? new Uint8Array(await handle.readFile())
        : null
    return {
      sizeBytes: bytes?.length ?? info.size,
      freedBytes: freedBytesOf(info),
      modifiedAtMs: Math.trunc(info.mtimeMs),
      bytes: async () =>
        bytes ?? (await withStorageErrors(path, async () => new Uint8Array(await readFile(file)))),
      stream: (range) => streamOfFile(file, path, range),
    }
  } finally {
    await handle.close()
  }
}

/** Reads a small file at once if all of its bytes will be requested. */
export async function openFile(
  file: string,
  path: string,
  { whole = false, maximumBytes = Infinity }: OpenOptions,
): Promise<StoredFile | null> {
  const read = whole ? await openWhole(file, path, maximumBytes) : 'may not be read'
  if (read !== 'may not be read') return read
  const info = await stat(file).catch((error: unknown) => {
    if (isAbsent(error)) return null
    throw error
  })
  if (!info?.isFile()) return null
  return {
    sizeBytes: info.size,
    freedBytes: freedBytesOf(info),
    modifiedAtMs: Math.trunc(info.mtimeMs),
    bytes: () => withStorageErrors(path, async () => new Uint8Array(await readFile(file))),
    stream: (range) => streamOfFile(file, path, range),
  }
}
