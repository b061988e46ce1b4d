import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/removal/folder-remover.ts'
import type { DeleteBatch, DeleteOutcome } from '#storage/object-store.ts'
import { StorageError } from '#storage/storage.ts'
import { createStorageThreads } from './storage-threads.ts'

export interface RemovingThreads {
  readonly removeFolder: RemoveFolder
  /** In one call that blocks a thread; each call looks at folders again. */
  readonly deleteBatch: DeleteBatch
  /** Ends the threads. Rejects removals under way. */
  close(): Promise<void>
}

/**
 * A removal mostly waits for the disk (ext4 mounted with `discard` waits at each): while one waits,
 * others run.
 */
const removingThreads = 4
/** A removal takes hardly longer than a message about it. */
const removalsInMessage = 32

const isNotHeld = (outcome: DeleteOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && outcome.code === 'NOT_HELD'

/**
 * Threads that remove for collections. Not those that read: a push may wait for these, so they keep
 * the usual priority. The first removal starts them.
 * @param root the folder that holds `docker/registry/v2`
 * @param lease the lease for writing: without it no thread removes anything
 */
export function createRemovingThreads(
  root: string,
  lease?: Pick<FileLease, 'mayWrite' | 'term'>,
): RemovingThreads {
  const { renew, ask, close } = createStorageThreads({
    root,
    threads: removingThreads,
    callsInMessage: removalsInMessage,
    ...(lease && { term: lease.term }),
  })

  function remove(removal: FolderRemoval): ReturnType<RemoveFolder> {
    renew()
    // All removals of a collection have the same time, that of its inventory.
    return ask({ method: 'removeFolder', args: [removal] }, removal.sinceMs)
  }

  const askToDelete: DeleteBatch = (keys, options) => {
    renew()
    return ask({ method: 'deleteBatch', args: [keys, options] }, 0)
  }

  return {
    async deleteBatch(keys, options) {
      const outcomes = [...(await askToDelete(keys, options))]
      const left = keys.flatMap((_, position) => (isNotHeld(outcomes[position]) ? [position] : []))
      if (left.length === 0 || lease === undefined) return outcomes
      try {
        await lease.mayWrite()
      } catch {
        return outcomes
      }
      const again = await askToDelete(
        left.map((position) => keys[position] ?? ''),
        options,
      )
      for (const [at, position] of left.entries()) {
        const outcome = again[at]
        if (outcome) outcomes[position] = outcome
      }
      return outcomes
    },

    async removeFolder(removal) {
      try {
        return await remove(removal)
      } catch (error) {
        if (!(error instanceof StorageError && error.code === 'NOT_HELD')) throw error
        // The threads only see that the process was paused; this checks whether the lease is lost.
        await lease?.mayWrite()
        return await remove(removal)
      }
    },
    close,
  }
}
