import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageError, type Bytes, type Storage } from '#registry/storage.ts'
import { partsOfPath } from '#registry/storage-path.ts'
import { makeFolder, syncFolder } from './durable-folders.ts'
import { isAbsent, withStorageErrors } from './file-errors.ts'
import { isPlain, kindOf, removeEmptyFolder, removeNode } from './file-nodes.ts'
import { streamOfFile, writeBody } from './file-stream.ts'

export interface FileStorageOptions {
  /** The folder that holds `docker/registry/v2`. Made if absent. */
  readonly root: string
  /** False: do not wait for the disk. For tests and generated stores, never for images. */
  readonly durable?: boolean
}

const temporaryFolder = join('jetsam', 'v1', 'tmp')
/** Longer than any write takes: another process may be writing to the same storage. */
const abandonedAfterMs = 60 * 60 * 1000

async function removeAbandonedFiles(root: string): Promise<void> {
  const folder = join(root, temporaryFolder)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const file = join(folder, name)
    const info = await stat(file).catch(() => null)
    // A storage that is read-only can still be served and verified: leftovers are no reason to stop.
    if (info && info.mtimeMs < Date.now() - abandonedAfterMs) await unlink(file).catch(() => {})
  }
}

async function refuseLinks(file: string, path: string): Promise<void> {
  if ((await isPlain(dirname(file))) === false) throw new StorageError('INVALID_PATH', path)
}

/**
 * Images on a file system, as CNCF Distribution's `filesystem` driver keeps them. Temporary files lie
 * under `jetsam/v1/tmp`, so that they are on the same file system and no other software lists them;
 * those that a crash left are removed at start, once they are an hour old.
 */
export async function createFileStorage(options: FileStorageOptions): Promise<Storage> {
  const { durable = true } = options
  const sync = async (folder: string) => {
    if (durable) await syncFolder(folder)
  }
  const root = await withStorageErrors(options.root, async () => {
    await makeFolder(options.root, sync)
    return await realpath(options.root)
  })
  await removeAbandonedFiles(root)

  const absolute = (path: string) => join(root, ...partsOfPath(path))

  /** Makes the folder, unless a link on the way would lead somewhere else. */
  async function ensureFolder(folder: string, path: string): Promise<void> {
    let existing = folder
    let plain = await isPlain(existing)
    while (plain === null && existing.length > root.length) {
      existing = dirname(existing)
      plain = await isPlain(existing)
    }
    if (plain === false) throw new StorageError('INVALID_PATH', path)
    if (existing !== folder) await makeFolder(folder, sync)
  }

  /** Whoever removes empty folders may take the target's just before the file is in it. */
  async function moveInto(source: string, target: string, path: string): Promise<void> {
    for (let triesLeft = 3; ; triesLeft -= 1) {
      try {
        await ensureFolder(dirname(target), path)
        await rename(source, target)
        break
      } catch (error) {
        if (!isAbsent(error) || triesLeft === 0) throw error
      }
    }
    await sync(dirname(target))
  }

  async function writeWhole(
    file: string,
    path: string,
    body: Bytes | ReadableStream<Bytes>,
  ): Promise<number> {
    const temporary = join(root, temporaryFolder, randomUUID())
    await ensureFolder(dirname(temporary), path)
    try {
      const handle = await open(temporary, 'wx')
      let sizeBytes: number
      try {
        sizeBytes = await writeBody(handle, body, path)
        if (durable) await handle.sync()
      } finally {
        await handle.close()
      }
      await moveInto(temporary, file, path)
      return sizeBytes
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
  }

  async function append(
    file: string,
    path: string,
    body: Bytes | ReadableStream<Bytes>,
  ): Promise<number> {
    await ensureFolder(dirname(file), path)
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
    const handle = await open(file, flags, 0o666)
    try {
      return await writeBody(handle, body, path)
    } finally {
      await handle.close()
    }
  }

  return {
    open: (path) =>
      withStorageErrors(path, async () => {
        const file = absolute(path)
        if ((await isPlain(file)) !== true) return null
        const info = await stat(file).catch((error: unknown) => {
          if (isAbsent(error)) return null
          throw error
        })
        if (!info?.isFile()) return null
        return {
          sizeBytes: info.size,
          modifiedAtMs: Math.trunc(info.mtimeMs),
          bytes: () => withStorageErrors(path, async () => Uint8Array.from(await readFile(file))),
          stream: (range) => streamOfFile(file, path, range),
        }
      }),

    write: (path, body, { append: atEnd = false } = {}) =>
      withStorageErrors(path, () =>
        atEnd ? append(absolute(path), path, body) : writeWhole(absolute(path), path, body),
      ),

    list: (path) =>
      withStorageErrors(path, async () => {
        const folder = path === '' ? root : absolute(path)
        if ((await isPlain(folder)) !== true) return []
        try {
          const entries = await readdir(folder, { withFileTypes: true })
          return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
        } catch (error) {
          if (isAbsent(error)) return []
          throw error
        }
      }),

    move: (from, to) =>
      withStorageErrors(from, async () => {
        const source = absolute(from)
        const target = absolute(to)
        await refuseLinks(source, from)
        if (durable) {
          // Bytes that were appended have never been synced; after the move they are a blob.
          const handle = await open(source, 'r')
          try {
            await handle.sync()
          } finally {
            await handle.close()
          }
        }
        await moveInto(source, target, to)
        if (dirname(source) !== dirname(target)) await sync(dirname(source))
      }),

    remove: (path, { lazily = false } = {}) =>
      withStorageErrors(path, async () => {
        const file = absolute(path)
        await refuseLinks(file, path)
        await removeNode(file)
        if (lazily) return
        await sync(dirname(file)).catch((error: unknown) => {
          if (!isAbsent(error)) throw error
        })
      }),

    removeEmpty: (path) =>
      withStorageErrors(path, async () => {
        const folder = absolute(path)
        await refuseLinks(folder, path)
        if ((await isPlain(folder)) === false) return false
        const isGone = await removeEmptyFolder(folder)
        await sync(dirname(folder)).catch((error: unknown) => {
          if (!isAbsent(error)) throw error
        })
        return isGone
      }),
  }
}
