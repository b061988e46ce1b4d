import { lstatSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import type { FolderRemovals } from '#registry/removal/folder-remover.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import { StorageError } from '#storage/storage.ts'
import { syncFolderNow } from './durable-folders.ts'
import { isAbsent, storageErrorOf, systemCode } from './file-errors.ts'
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

/** The same as `RemoveFolders`, in one call that blocks. */
export type RemoveFoldersNow = (
  removals: FolderRemovals,
  /** Asked after each: those that are left then are not tried. */
  isTimeUp?: () => boolean,
) => readonly BatchOutcome[]

const absent: BatchOutcome = { kind: 'absent' }
const notTried: BatchOutcome = { kind: 'not tried' }

/**
 * Removes for a collection in as few calls of the platform as possible, and blocks its thread
 * during each: for a thread without other work. It checks the folders on a path once, so it serves
 * one collection; and makes their entries durable once for all that it is asked for together.
 *
 * @param root as `realpath` returns it
 * @param term the term of the lease for removals: after its end, removals fail with `NOT_HELD`
 */
export function createBlockingRemover(root: string, term?: LeaseTerm): RemoveFoldersNow {
  const { isPlainFolder } = createPlainFolders(root)

  /** Removes it, and calls `emptied` with the folder that it was in, once that is changed. */
  function remove(
    folder: string,
    { file, sinceMs }: FolderRemovals,
    emptied: (above: string) => void,
  ): BatchOutcome {
    assertSafePath(`${folder}/${file}`)
    const above = folder.slice(0, folder.lastIndexOf('/'))
    const isPlain = isPlainFolder(above)
    if (isPlain === null) return absent
    if (!isPlain) throw new StorageError('INVALID_PATH', folder)
    if (term?.isOver()) throw new StorageError('NOT_HELD', folder)
    const path = `${root}/${folder}`
    const place = lstatSync(path, { throwIfNoEntry: false })
    if (place === undefined) return absent
    if (!place.isDirectory()) {
      unlessAbsent(() => unlinkSync(path))
      return absent
    }
    const found = lstatSync(`${path}/${file}`, { throwIfNoEntry: false })
    const isThere = found?.isFile() === true
    if (isThere && Math.trunc(found.mtimeMs) >= sinceMs) return { kind: 'in use' }
    if (isThere) unlessAbsent(() => unlinkSync(`${path}/${file}`))
    removeEmptied(path)
    emptied(above)
    return isThere ? { kind: 'removed', bytes: bytesFreedWithout(found) } : absent
  }

  return (removals, isTimeUp = () => false) => {
    const { folders, durably } = removals
    /** By folder, the positions of those that were in it. */
    const changed = new Map<string, number[]>()
    const outcomes: BatchOutcome[] = []
    for (const [position, folder] of folders.entries()) {
      if (position > 0 && isTimeUp()) {
        outcomes.push(notTried)
        continue
      }
      try {
        const outcome = remove(folder, removals, (above) => {
          if (durably) changed.set(above, [...(changed.get(above) ?? []), position])
        })
        outcomes.push(outcome)
      } catch (error) {
        outcomes.push({ kind: 'failed', error: storageErrorOf(error, folder) })
      }
    }
    for (const [folder, positions] of changed) {
      try {
        unlessAbsent(() => syncFolderNow(`${root}/${folder}`))
      } catch (error) {
        const failed: BatchOutcome = { kind: 'failed', error: storageErrorOf(error, folder) }
        for (const position of positions) outcomes[position] = failed
      }
    }
    return outcomes
  }
}
