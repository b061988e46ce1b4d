import { createBlockingDeleter } from '#adapters/filesystem/blocking-key-deleter.ts'
import { checkOf } from '#adapters/filesystem/lease/fence.ts'
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
/** From here on, what is left is worth the start of another thread: a tenth of a second of work. */
const busyMs = 200

const isNotHeld = (outcome: DeleteOutcome | undefined): boolean =>
  outcome?.kind === 'failed' && outcome.code === 'NOT_HELD'

export interface RemovingThreadsOptions {
  /**
   * How long removals may block the caller's own thread altogether, in milliseconds, before the
   * threads are started: few removals are not worth that. Until they are up, removals block it
   * still. For a command without other work. Default: not at all.
   */
  readonly blocksMs?: number
}

/**
 * Threads that remove many objects at a time. Not those that read: a push may wait for these, so
 * they keep the usual priority. The first removal starts them.
 * @param root the folder that holds `docker/registry/v2`, as `realpath` returns it
 * @param lease the lease for writing: without it no thread removes anything
 */
export function createRemovingThreads(
  root: string,
  lease?: Pick<FileLease, 'mayWrite' | 'shared'>,
  { blocksMs = 0 }: RemovingThreadsOptions = {},
): RemovingThreads {
  const { renew, ask, close } = createStorageThreads({
    root,
    threads: removingThreads,
    weightInMessage: removalsInMessage,
    slowMs,
    busyMs: Math.max(0, busyMs - blocksMs),
    ...(lease && { lease: lease.shared }),
  })
  const deleteNow = createBlockingDeleter(root, lease && checkOf(lease.shared))
  let blockedMs = 0
  let areUp = blocksMs === 0
  let starting: Promise<void> | null = null

  /** If they cannot start, the next removal that asks them says why. */
  async function startThreads(): Promise<void> {
    renew()
    await ask({ method: 'deleteBatch', args: [[], {}] }, 0).catch(() => {})
    areUp = true
  }

  function deleteHere(...batch: Parameters<DeleteBatch>): readonly DeleteOutcome[] {
    const startedMs = performance.now()
    const outcomes = deleteNow(...batch)
    blockedMs += performance.now() - startedMs
    return outcomes
  }

  const askToDelete: DeleteBatch = async (keys, options) => {
    if (!areUp && blockedMs >= blocksMs) starting ??= startThreads()
    if (!areUp) return deleteHere(keys, options)
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
