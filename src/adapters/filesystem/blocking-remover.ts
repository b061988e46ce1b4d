import { closeSync, fsyncSync, lstatSync, openSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/removal/folder-remover.ts'
import { partsOfPath } from '#storage/storage-path.ts'
import { StorageError } from '#storage/storage.ts'
import { isAbsent, systemCode, withStorageErrorsNow } from './file-errors.ts'
import type { LeaseTerm } from './lease/lease-term.ts'
import { bytesFreedWithout } from './freed-bytes.ts'
import { createPlainFolders } from './plain-folders.ts'

/** Does something unless it is done already. */
function unlessAbsent(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Removes a folder that should be empty, but is not if something else was put into it. */
function removeEmptied(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (isAbsent(error)) return
    // As an ordinary removal does: removes links in it, but not their targets.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes the entries of a folder durable. */
function sync(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Removes for a collection in as few calls of the platform as possible, and blocks its thread
 * during each: for a thread without other work. It checks the folders on a path once, so it serves
 * one collection.
 *
 * @param root as `realpath` returns it
 * @param term the term of the lease for removals: after its end, removals reject with `NOT_HELD`
 */
export function createBlockingRemover(root: string, term?: LeaseTerm): RemoveFolder {
  const { isPlainFolder } = createPlainFolders(root)

  function remove(removal: FolderRemoval): RemovalOutcome {
    const { folder, file, sinceMs, durably } = removal
    partsOfPath(`${folder}/${file}`)
    const above = folder.slice(0, folder.lastIndexOf('/'))
    const isPlain = isPlainFolder(above)
    if (isPlain === null) return { kind: 'absent' }
    if (!isPlain) throw new StorageError('INVALID_PATH', folder)
    if (term?.isOver()) throw new StorageError('NOT_HELD', folder)
    const path = `${root}/${folder}`
    const place = lstatSync(path, { throwIfNoEntry: false })
    if (place === undefined) return { kind: 'absent' }
    if (!place.isDirectory()) {
      unlessAbsent(() => unlinkSync(path))
      return { kind: 'absent' }
    }
    const found = lstatSync(`${path}/${file}`, { throwIfNoEntry: false })
    const isThere = found?.isFile() === true
    if (isThere && Math.trunc(found.mtimeMs) >= sinceMs) return { kind: 'in use' }
    if (isThere) unlessAbsent(() => unlinkSync(`${path}/${file}`))
    removeEmptied(path)
    if (durably) unlessAbsent(() => sync(`${root}/${above}`))
    return isThere ? { kind: 'removed', bytes: bytesFreedWithout(found) } : { kind: 'absent' }
  }

  return async (removal) => withStorageErrorsNow(removal.folder, () => remove(removal))
}
