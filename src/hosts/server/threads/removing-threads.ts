import type { FileLease } from '#adapters/filesystem/lease/storage-lease.ts'
import type { DeleteBatch, DeleteOutcome } from '#storage/object-store.ts'
import { unpackOutcomes, type PackedOutcomes } from './packed-outcomes.ts'
import type { StorageCall } from './protocol.ts'
import { createStorageThreads } from './storage-threads.ts'

export interface RemovingThreads {
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

const isNotHeld = (outcome: DeleteOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && outcome.code === 'NOT_HELD'

/**
 * Threads that remove many objects at a time. Not those that read: a push may wait for these, so
 * they keep the usual priority. The first removal starts them.
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

  const askToDelete: DeleteBatch = async (keys, options) => {
    renew()
    const call: StorageCall = { method: 'deleteBatch', args: [keys, options] }
    return unpackOutcomes(await ask<PackedOutcomes>(call, 0, keys.length))
  }

  return {
    async deleteBatch(keys, options) {
      const outcomes = await askToDelete(keys, options)
      const left = keys.flatMap((_, position) => (isNotHeld(outcomes[position]) ? [position] : []))
      if (left.length === 0 || lease === undefined) return outcomes
      try {
        // The threads only see that the process was paused; whether the lease is lost is asked here.
        await lease.mayWrite()
      } catch {
        return outcomes
      }
      const again = await askToDelete(
        left.map((position) => keys[position] ?? ''),
        options,
      )
      const whole = [...outcomes]
      for (const [at, position] of left.entries()) {
        const outcome = again[at]
        if (outcome) whole[position] = outcome
      }
      return whole
    },
    close,
  }
}
