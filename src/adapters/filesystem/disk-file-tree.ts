import { constants } from 'node:fs'
import { open, readdir, realpath, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree, WriteOptions } from './file-tree.ts'
import { partsOfPath } from '#storage/storage-path.ts'
import { createDurableFolders, syncFolder } from './durable-folders.ts'
import { isAbsent, withStorageErrors } from './file-errors.ts'
import { isPlain, kindOf, removeEmptyFolder, removeNode } from './file-nodes.ts'
import { writeBody } from './file-stream.ts'
import type { MayWrite } from '#coordination/leadership.ts'
import { withReserve, type SpaceReserve } from './space-reserve.ts'
import { openFile } from './open-file.ts'
import { createTemporaryFiles } from './temporary-files.ts'

export interface DiskFileTreeOptions {
  /** The folder that holds `docker/registry/v2`. Made if absent. */
  readonly root: string
  /** False: do not wait for the disk. For tests and generated stores, never for images. */
  readonly durable?: boolean
  /** The check of the lease before each write; null: read only, and the folder is not made. */
  readonly mayWrite?: MayWrite | null
  /** Released for writes with `fromReserve` when the disk is full. */
  readonly reserve?: SpaceReserve
}

const onlyLookedAt: MayWrite = async () => {
  throw new StoreError('READ_ONLY', 'a storage that is only looked at')
}

async function assertNoSymlinks(file: string, path: string): Promise<void> {
  if ((await isPlain(dirname(file))) === false) throw new StoreError('INVALID_PATH', path)
}

/**
 * Images on a file system, as CNCF Distribution's `filesystem` driver stores them. Temporary files
 * are in `jetsam/v1/tmp`, on the same file system where no other software lists them; the start
 * removes those that a crash left, once they are an hour old.
 */
export async function createDiskFileTree(options: DiskFileTreeOptions): Promise<FileTree> {
  const { durable = true, reserve } = options
  const isOurs = options.mayWrite !== null
  const mayWrite = isOurs ? (options.mayWrite ?? (() => undefined)) : onlyLookedAt
  const sync = async (folder: string) => {
    if (durable) await syncFolder(folder)
  }
  const folders = createDurableFolders(sync)
  const root = await withStorageErrors(options.root, async () => {
    if (isOurs) await folders.make(options.root)
    return await realpath(options.root)
  })
  const absolute = (path: string) => join(root, ...partsOfPath(path))

  /** Makes the folder, unless a link on its path would lead elsewhere. */
  async function ensureFolder(folder: string, path: string, lazily = false): Promise<void> {
    let existing = folder
    let plain = await isPlain(existing)
    while (plain === null && existing.length > root.length) {
      existing = dirname(existing)
      plain = await isPlain(existing)
    }
    if (plain === false) throw new StoreError('INVALID_PATH', path)
    await (existing === folder ? folders.entered(folder) : folders.make(folder, { lazily }))
  }

  const temporaryFiles = createTemporaryFiles(root, (folder) => ensureFolder(folder, folder))
  if (isOurs) await temporaryFiles.removeAbandoned()

  /**
   * The space that a reserve has released is not for other writes. Checked before each chunk of a
   * stream.
   */
  function leaveReserve(path: string): void {
    if (reserve?.state() === 'given up') throw new StoreError('FULL', path)
  }

  /** Like `leaveReserve`, but also checks whether there is room again. */
  async function waitForRoom(path: string): Promise<void> {
    if (reserve?.state() === 'given up') await reserve.ensure()
    leaveReserve(path)
  }

  async function writeTemporary(
    temporary: string,
    path: string,
    body: Bytes | ReadableStream<Bytes>,
    { lazily = false, fromReserve = false, modifiedAtMs }: WriteOptions,
  ): Promise<number> {
    const handle = await temporaryFiles.create(temporary)
    try {
      const mayGoOn = fromReserve ? () => {} : () => leaveReserve(path)
      const sizeBytes = await writeBody(handle, body, path, mayWrite, mayGoOn)
      // Half a millisecond more: as a fraction of a second it may come out a little earlier.
      const seconds = modifiedAtMs === undefined ? null : (modifiedAtMs + 0.5) / 1000
      if (seconds !== null) await handle.utimes(seconds, seconds)
      if (durable && !lazily) await handle.sync()
      return sizeBytes
    } finally {
      await handle.close()
    }
  }

  /**
   * Runs the work before a move while the target's folder is made, because both wait for the disk.
   * A removal of empty folders may remove that folder just before the file is in it.
   */
  async function moveInto<T>(
    source: string,
    target: string,
    path: string,
    { before, lazily }: { readonly before: () => Promise<T>; readonly lazily: boolean },
  ): Promise<T> {
    const folder = dirname(target)
    const preparing = before()
    let making = ensureFolder(folder, path, lazily)
    await Promise.allSettled([preparing, making])
    const prepared = await preparing
    for (let triesLeft = 3; ; triesLeft -= 1) {
      try {
        await making
        await mayWrite()
        await rename(source, target)
        break
      } catch (error) {
        if (!isAbsent(error) || triesLeft === 0) throw error
        making = ensureFolder(folder, path, lazily)
      }
    }
    if (!lazily) await sync(folder)
    return prepared
  }

  async function writeWhole(
    file: string,
    path: string,
    body: Bytes | ReadableStream<Bytes>,
    how: WriteOptions,
  ): Promise<number> {
    const temporary = temporaryFiles.newPath()
    const { lazily = false } = how
    try {
      const before = () => writeTemporary(temporary, path, body, how)
      return await moveInto(temporary, file, path, { before, lazily })
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
  }

  /** Appended bytes were never synced; after a move they are a blob. */
  async function syncFile(file: string): Promise<void> {
    if (!durable) return
    const handle = await open(file, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
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
      return await writeBody(handle, body, path, mayWrite, () => leaveReserve(path))
    } finally {
      await handle.close()
    }
  }

  return {
    open: (path, how = {}) =>
      withStorageErrors(path, async () => {
        const file = absolute(path)
        return (await isPlain(file)) === true ? await openFile(file, path, how) : null
      }),

    write: (path, body, how = {}) =>
      withStorageErrors(path, async () => {
        const file = absolute(path)
        // A whole file is not there before it is moved into its place.
        await mayWrite(how.append ? undefined : 'part')
        if (how.fromReserve && body instanceof Uint8Array) {
          return await withReserve(reserve, () => writeWhole(file, path, body, how))
        }
        await waitForRoom(path)
        return await (how.append ? append(file, path, body) : writeWhole(file, path, body, how))
      }),

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
        await assertNoSymlinks(source, from)
        await mayWrite('part')
        const before = () => syncFile(source)
        await moveInto(source, target, to, { before, lazily: false })
        if (dirname(source) !== dirname(target)) await sync(dirname(source))
      }),

    remove: (path, { lazily = false } = {}) =>
      withStorageErrors(path, async () => {
        const file = absolute(path)
        await assertNoSymlinks(file, path)
        await mayWrite()
        await removeNode(file, mayWrite)
        if (lazily) return
        await sync(dirname(file)).catch((error: unknown) => {
          if (!isAbsent(error)) throw error
        })
      }),

    removeEmpty: (path) =>
      withStorageErrors(path, async () => {
        const folder = absolute(path)
        await assertNoSymlinks(folder, path)
        if ((await isPlain(folder)) === false) return false
        await mayWrite()
        const isGone = await removeEmptyFolder(folder, mayWrite)
        await sync(dirname(folder)).catch((error: unknown) => {
          if (!isAbsent(error)) throw error
        })
        return isGone
      }),
  }
}
