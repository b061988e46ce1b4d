import { closeSync, fsyncSync, openSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import type { RemovalOutcome } from '#collector/ports.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/folder-remover.ts'
import { isAbsent, systemCode, withStorageErrors } from './file-errors.ts'
import { createLookBeforeRemoval } from './look-before-removal.ts'

/** Does something unless it is done already. */
function unlessAbsent(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Removes a folder that should be empty, and is not when something else was put into it. */
function removeEmptied(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (isAbsent(error)) return
    // As an ordinary removal does: with all that is in it, links in it and not what they lead to.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    rmSync(folder, { recursive: true, force: true })
  }
}

function sync(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Removes for a collection in as few calls of the platform as there can be, and holds its thread
 * until each is answered: for a thread that has nothing else to do. Folders above what it removes
 * are looked at once, so it serves one collection.
 *
 * @param root as `realpath` gives it
 */
export function createBlockingRemover(root: string): RemoveFolder {
  const look = createLookBeforeRemoval(root)

  function remove(removal: FolderRemoval): RemovalOutcome {
    const found = look(removal)
    if ('kind' in found) return found
    if ('stray' in found) {
      unlessAbsent(() => unlinkSync(found.stray))
      return { kind: 'absent' }
    }
    const { folder, above, file, outcome } = found
    if (file !== null) unlessAbsent(() => unlinkSync(file))
    removeEmptied(folder)
    if (removal.durably) unlessAbsent(() => sync(above))
    return outcome
  }

  return (removal) => withStorageErrors(removal.folder, async () => remove(removal))
}
