import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import type { FolderRemoval, RemoveFolder } from '#registry/removal/folder-remover.ts'
import type { DeleteBatch, DeleteOutcome } from '#storage/object-store.ts'
import { StorageError } from '#storage/storage.ts'
import { createStorageThreads } from './storage-threads.ts'

export interface RemovingThreads {
  readonly removeFolder: RemoveFolder
  /** By one call that blocks a thread; folders are looked at anew in each. */
  readonly deleteBatch: DeleteBatch
  /** Ends the threads. Removals under way are rejected. */
  close(): Promise<void>
}

/**
 * A removal is mostly waiting for the disk (ext4 mounted with `discard` waits with each): while one
 * of them does, others go on.
 */
const removingThreads = 4
/** A removal takes hardly longer than a message about it. */
const removalsInMessage = 32

const isNotHeld = (outcome: DeleteOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && outcome.code === 'NOT_HELD'

/**
 * Threads that remove for collections. Not those that read: whoever pushes may be waiting for them,
 * so they keep the usual priority. They are started by the first removal.
 * @param root the folder that holds `docker/registry/v2`
 * @param lease by which they remove: none removes anything once it is over
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
    // All removals of a collection tell the same moment: that of its inventory.
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
        // The threads only see that the process was paused; whether the lease is lost is asked here.
        await lease?.mayWrite()
        return await remove(removal)
      }
    },
    close,
  }
}
