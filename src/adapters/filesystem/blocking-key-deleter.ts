import { lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import { StoreError } from '#storage/errors.ts'
import { failedOf, type DeleteOptions, type DeleteOutcome } from '#storage/object-store.ts'
import { isUnsyncable, syncFolderNow } from './durable-folders.ts'
import { isAbsent, storageErrorOf, systemCode } from './file-errors.ts'
import { freedBytesOf } from './freed-bytes.ts'
import type { LeaseCheck } from './lease/fence.ts'
import { createPlainFolders } from './plain-folders.ts'

/** Checks and removes keys, as `deleteMany` of an object store does, in one call that blocks. */
export type DeleteNow = (
  keys: readonly string[],
  options: DeleteOptions,
) => readonly DeleteOutcome[]

const absent: DeleteOutcome = { kind: 'absent' }
const notTried: DeleteOutcome = { kind: 'not tried' }

/** Removes an empty folder. False if it stays, or is gone already. */
function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    // A folder that is not empty holds something of others; one without write permission stays too.
    if (systemCode(error) === null) throw error
    return false
  }
}

/**
 * Removes a folder with what is in it, links themselves included. False if it stays, because its
 * own file was written again, or if it is gone already.
 */
function removeWhole(folder: string, file: string): boolean {
  if (removeIfEmpty(folder)) return true
  for (const name of readdirSync(folder)) {
    if (name !== file) rmSync(`${folder}/${name}`, { recursive: true, force: true })
  }
  return removeIfEmpty(folder)
}

/** Makes the entries of a folder durable, where the platform can. A missing one has none. */
function syncIfPossible(folder: string): void {
  try {
    syncFolderNow(folder)
  } catch (error) {
    if (!isUnsyncable(error) && !isAbsent(error)) throw error
  }
}

/** One look at the token for all keys of a call: a look costs as much as a removal. */
function refusalOf(keys: readonly string[], lease: LeaseCheck | undefined): DeleteOutcome | null {
  try {
    return lease?.isTaken() ? failedOf(new StoreError('NOT_HELD', keys[0] ?? '')) : null
  } catch (error) {
    return failedOf(storageErrorOf(error, keys[0] ?? ''))
  }
}

/**
 * Removes in as few calls of the platform as possible, and blocks its thread during each: for a
 * thread without other work. It checks each folder once per call, and syncs it once at the end, for
 * any number of removed files.
 *
 * @param root as `realpath` returns it
 * @param lease that removals need: if a later term has begun, all keys fail with `NOT_HELD`, and
 *   once it is over, the remaining ones
 * @param nowMs a clock that cannot be set
 */
export function createBlockingDeleter(
  root: string,
  lease?: LeaseCheck,
  nowMs: () => number = () => performance.now(),
): DeleteNow {
  return (keys, how) => {
    const { durability = 'durable', unlessModifiedSinceMs = Infinity, prunes = false } = how
    const refused = refusalOf(keys, lease)
    if (refused !== null) return keys.map(() => refused)
    const endMs = how.maximumMs === undefined ? Infinity : nowMs() + how.maximumMs
    const { isPlainFolder } = createPlainFolders(root)
    /** The folders whose entries changed, with the positions of the keys that changed them. */
    const changed = new Map<string, number[]>()

    const prune = (folder: string, key: string): boolean =>
      prunes === 'whole folder'
        ? removeWhole(`${root}/${folder}`, key.slice(folder.length + 1))
        : removeIfEmpty(`${root}/${folder}`)

    function remove(key: string, position: number): DeleteOutcome {
      const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')))
      const isPlain = isPlainFolder(folder)
      if (isPlain === null) return absent
      if (!isPlain) throw new StoreError('INVALID_PATH', key)
      const path = `${root}/${key}`
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found?.isDirectory()) return absent
      if (found && Math.trunc(found.mtimeMs) >= unlessModifiedSinceMs) return { kind: 'modified' }
      if (lease?.isOver()) throw new StoreError('NOT_HELD', key)
      if (found) unlinkSync(path)
      // Also if there is no file: an earlier removal may have been interrupted.
      const isFolderGone = prunes !== false && folder !== '' && prune(folder, key)
      if (!found && !isFolderGone) return absent
      const at = isFolderGone ? folder.slice(0, Math.max(0, folder.lastIndexOf('/'))) : folder
      const positions = changed.get(at)
      if (positions) positions.push(position)
      else changed.set(at, [position])
      if (!found) return absent
      return { kind: 'removed', bytes: found.isFile() ? freedBytesOf(found) : 0 }
    }

    const outcomes = keys.map((key, position) => {
      if (position > 0 && endMs < Infinity && nowMs() >= endMs) return notTried
      try {
        return remove(key, position)
      } catch (error) {
        // It disappeared between the check and the removal.
        return isAbsent(error) ? absent : failedOf(storageErrorOf(error, key))
      }
    })
    if (durability === 'lazy') return outcomes
    for (const [folder, positions] of changed) {
      try {
        syncIfPossible(`${root}/${folder}`)
      } catch (error) {
        const failed = failedOf(storageErrorOf(error, folder))
        for (const position of positions) outcomes[position] = failed
      }
    }
    return outcomes
  }
}
