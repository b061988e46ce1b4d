import { lstatSync } from 'node:fs'
import type { RemovalOutcome } from '#collector/ports.ts'
import type { Awaitable } from '#domain/awaitable.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/folder-remover.ts'
import { partsOfPath } from '#registry/storage-path.ts'
import { StorageError } from '#registry/storage.ts'
import { isAbsent, systemCode, withStorageErrors } from './file-errors.ts'
import { createPlainFolders } from './plain-folders.ts'

/** How the platform is asked to remove: by calls that block, or by such that may overlap. */
export interface RemovalCalls {
  unlink(file: string): Awaitable<void>
  /** Of an empty folder. */
  rmdir(folder: string): Awaitable<void>
  /** With all that is in it, links in it and not what they lead to. */
  removeTree(folder: string): Awaitable<void>
  /** Makes the entries of a folder durable. */
  sync(folder: string): Awaitable<void>
}

/** Does something unless it is done already. */
async function unlessAbsent(act: () => Awaitable<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/**
 * Looks at what a collection is about to remove, by calls that block, right before: for a thread that
 * serves nobody else. Folders above what it removes are looked at once, so it serves one collection.
 *
 * @param root as `realpath` gives it
 */
export function createLookingRemover(root: string, calls: RemovalCalls): RemoveFolder {
  const { isPlainFolder } = createPlainFolders(root)

  /** Removes a folder that should be empty, and is not when something else was put into it. */
  async function removeEmptied(folder: string): Promise<void> {
    try {
      await calls.rmdir(folder)
    } catch (error) {
      if (isAbsent(error)) return
      // As an ordinary removal does.
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
      await calls.removeTree(folder)
    }
  }

  async function remove(removal: FolderRemoval): Promise<RemovalOutcome> {
    const { folder, file, sinceMs, durably } = removal
    partsOfPath(`${folder}/${file}`)
    const above = folder.slice(0, folder.lastIndexOf('/'))
    const isPlain = isPlainFolder(above)
    if (isPlain === null) return { kind: 'absent' }
    if (!isPlain) throw new StorageError('INVALID_PATH', folder)
    const path = `${root}/${folder}`
    const place = lstatSync(path, { throwIfNoEntry: false })
    if (place === undefined) return { kind: 'absent' }
    if (!place.isDirectory()) {
      await unlessAbsent(() => calls.unlink(path))
      return { kind: 'absent' }
    }
    const found = lstatSync(`${path}/${file}`, { throwIfNoEntry: false })
    const isThere = found?.isFile() === true
    if (isThere && Math.trunc(found.mtimeMs) >= sinceMs) return { kind: 'in use' }
    if (isThere) await unlessAbsent(() => calls.unlink(`${path}/${file}`))
    await removeEmptied(path)
    if (durably) await unlessAbsent(() => calls.sync(`${root}/${above}`))
    return isThere ? { kind: 'removed', bytes: found.size } : { kind: 'absent' }
  }

  return (removal) => withStorageErrors(removal.folder, () => remove(removal))
}
