import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import type { BatchOutcome } from '#gc/ports/registry-remover.ts'
import type { FolderRemovals, RemoveFolders } from '#registry/removal/folder-remover.ts'
import type { DeleteBatch, DeleteOutcome } from '#storage/object-store.ts'
import { StorageError } from '#storage/storage.ts'
import { unpackOutcomes, type PackedOutcomes } from './packed-outcomes.ts'
import type { StorageCall } from './protocol.ts'
import { createStorageThreads } from './storage-threads.ts'

export interface RemovingThreads {
  readonly removeFolders: RemoveFolders
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
/** As many as a batch of a collection has, at most. */
const removalsInMessage = 250
/** These take some milliseconds, unless each waits for the disk. */
const slowMs = 50

const isNotHeldError = (error: unknown): boolean =>
  error instanceof StorageError && error.code === 'NOT_HELD'

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
    weightInMessage: removalsInMessage,
    slowMs,
    ...(lease && { term: lease.term }),
  })

  async function askToRemove(removals: FolderRemovals): Promise<readonly BatchOutcome[]> {
    renew()
    const { folders, sinceMs } = removals
    // All removals of a collection tell the same moment: that of its inventory.
    const call: StorageCall = { method: 'removeFolders', args: [removals] }
    return unpackOutcomes(await ask<PackedOutcomes>(call, sinceMs, folders.length))
  }

  const askToDelete: DeleteBatch = (keys, options) => {
    renew()
    return ask({ method: 'deleteBatch', args: [keys, options] }, 0, keys.length)
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

    async removeFolders(removals) {
      const outcomes = [...(await askToRemove(removals))]
      const left = outcomes.flatMap((outcome, position) =>
        outcome.kind === 'failed' && isNotHeldError(outcome.error) ? [position] : [],
      )
      if (left.length === 0 || lease === undefined) return outcomes
      let again: readonly BatchOutcome[]
      try {
        // The threads only see that the process was paused; whether the lease is lost is asked here.
        await lease.mayWrite()
        const folders = left.map((position) => removals.folders[position] ?? '')
        again = await askToRemove({ ...removals, folders })
      } catch (error) {
        again = left.map(() => ({ kind: 'failed', error }))
      }
      for (const [at, position] of left.entries()) {
        const outcome = again[at]
        if (outcome) outcomes[position] = outcome
      }
      return outcomes
    },
    close,
  }
}
