import { closeSync, fsyncSync, lstatSync, openSync, rmdirSync, unlinkSync } from 'node:fs'
import { StoreError } from '#storage/errors.ts'
import type { DeleteOptions, DeleteOutcome } from '#storage/object-store.ts'
import { failedOf } from '#storage/object-store-over-storage.ts'
import { isAbsent, storageErrorOf, systemCode } from './file-errors.ts'
import { bytesFreedWithout } from './freed-bytes.ts'
import type { LeaseTerm } from './lease/lease-term.ts'
import { createPlainFolders } from './plain-folders.ts'

/** Decides and removes so many keys, as `deleteMany` of an object store does, in one call that blocks. */
export type DeleteNow = (
  keys: readonly string[],
  options: DeleteOptions,
) => readonly DeleteOutcome[]

const absent: DeleteOutcome = { kind: 'absent' }

/** Removes a folder that nothing is in. False where it stays, or is gone already. */
function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    // What is left over, or was just put there, is none of ours; nor is a folder that may not go.
    if (systemCode(error) === null) throw error
    return false
  }
}

/** Makes the entries of a folder durable. One that is gone by now has none. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    // Some platforms (Windows) and network file systems cannot sync a folder at all.
    const isHarmless = ['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(systemCode(error) ?? '')
    if (!isHarmless && !isAbsent(error)) throw error
  }
}

/**
 * Removes in as few calls of the platform as there can be, and holds its thread until each is
 * answered: for a thread that has nothing else to do. Each folder is looked at once in a call, and
 * synced once at its end, however many of its files went.
 *
 * @param root as `realpath` gives it
 * @param term of the lease by which it removes: when it is over, what is left fails with `NOT_HELD`
 */
export function createBlockingDeleter(root: string, term?: LeaseTerm): DeleteNow {
  return (keys, { durability = 'durable', unlessModifiedSinceMs = Infinity }) => {
    const { isPlainFolder } = createPlainFolders(root)
    /** The folders whose entries changed, and the positions of the keys that changed them. */
    const changed = new Map<string, number[]>()

    function remove(key: string, position: number): DeleteOutcome {
      const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')))
      const isPlain = isPlainFolder(folder)
      if (isPlain === null) return absent
      if (!isPlain) throw new StoreError('INVALID_PATH', key)
      const path = `${root}/${key}`
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found?.isDirectory()) return absent
      if (found && Math.trunc(found.mtimeMs) >= unlessModifiedSinceMs) return { kind: 'modified' }
      if (term?.isOver()) throw new StoreError('NOT_HELD', key)
      if (found) unlinkSync(path)
      // Also where there is no file: an earlier removal may have been interrupted.
      const isFolderGone = folder !== '' && removeIfEmpty(`${root}/${folder}`)
      if (!found && !isFolderGone) return absent
      const at = isFolderGone ? folder.slice(0, Math.max(0, folder.lastIndexOf('/'))) : folder
      const positions = changed.get(at)
      if (positions) positions.push(position)
      else changed.set(at, [position])
      if (!found) return absent
      return { kind: 'removed', bytes: found.isFile() ? bytesFreedWithout(found) : 0 }
    }

    const outcomes = keys.map((key, position) => {
      try {
        return remove(key, position)
      } catch (error) {
        // It went between the look and the removal.
        return isAbsent(error) ? absent : failedOf(storageErrorOf(error, key))
      }
    })
    if (durability === 'lazy') return outcomes
    for (const [folder, positions] of changed) {
      try {
        syncFolder(`${root}/${folder}`)
      } catch (error) {
        const failed = failedOf(storageErrorOf(error, folder))
        for (const position of positions) outcomes[position] = failed
      }
    }
    return outcomes
  }
}
