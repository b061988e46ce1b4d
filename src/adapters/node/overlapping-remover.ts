import { rm, rmdir, unlink } from 'node:fs'
import { promisify } from 'node:util'
import type { RemovalOutcome } from '#collector/ports.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/folder-remover.ts'
import { syncFolder } from './durable-folders.ts'
import { isAbsent, systemCode, withStorageErrors } from './file-errors.ts'
import { createLookBeforeRemoval } from './look-before-removal.ts'

// These cost a fraction of what `node:fs/promises` does.
const unlinkFile = promisify(unlink)
const removeEmptyFolder = promisify(rmdir)
const removeTree = promisify(rm)

/** Resolves as well when it is done already. */
async function unlessAbsent(act: Promise<void>): Promise<void> {
  try {
    await act
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Removes a folder that should be empty, and is not when something else was put into it. */
async function removeEmptied(folder: string): Promise<void> {
  try {
    await removeEmptyFolder(folder)
  } catch (error) {
    if (isAbsent(error)) return
    // As an ordinary removal does: with all that is in it, links in it and not what they lead to.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error
    await removeTree(folder, { recursive: true, force: true })
  }
}

/**
 * Removes for a collection, several folders at once: a file system may wait for the disk with each
 * removal (ext4 mounted with `discard`), and then one after the other is mostly waiting. What is in
 * memory anyway is looked at by calls that block, right before: for a thread that serves nobody else.
 * Folders above what it removes are looked at once, so it serves one collection.
 *
 * @param root as `realpath` gives it
 */
export function createOverlappingRemover(root: string): RemoveFolder {
  const look = createLookBeforeRemoval(root)

  async function remove(removal: FolderRemoval): Promise<RemovalOutcome> {
    const found = look(removal)
    if ('kind' in found) return found
    if ('stray' in found) {
      await unlessAbsent(unlinkFile(found.stray))
      return { kind: 'absent' }
    }
    const { folder, above, file, outcome } = found
    if (file !== null) await unlessAbsent(unlinkFile(file))
    await removeEmptied(folder)
    if (removal.durably) await unlessAbsent(syncFolder(above))
    return outcome
  }

  return (removal) => withStorageErrors(removal.folder, () => remove(removal))
}
