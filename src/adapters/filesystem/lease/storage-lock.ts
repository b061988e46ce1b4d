import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { takeKernelLock, type KernelLock, type KernelLockAttempt } from './kernel-lock.ts'
import { lookEveryMs, staysForMs, systemLockClock, type LockClock } from './lock-clock.ts'
import type { Leadership } from '#coordination/leadership.ts'
import { newestToken } from './fencing-token.ts'
import {
  create,
  describe,
  look,
  replace,
  type Candidate,
  type Holder,
  type Written,
} from './lock-file.ts'
import { hasEnded, identifyProcess } from './process-identity.ts'
import { heartbeatMs, startLease, leaseMs, type FileLease } from './storage-lease.ts'

/*
 * Allows one process at a time on one folder: against other processes of this machine, of another
 * container on it, or of another machine that shares the file system.
 *
 * Within one kernel, a lock of that kernel decides, which ends with its process, and never while
 * that is only paused. Across kernels, and on file systems without such locks, a heartbeat decides.
 * A process that finds the lock's file watches it by its own clock (the clocks of machines differ,
 * and that of a file server from both): a file that is touched again belongs to a living process.
 * One that was still for `deadAfterMs` is taken over; the new holder then waits until the old one,
 * if it lives after all, can no longer rely on its lease or has seen that it lost it, and writes
 * only then. A holder relies on its lease for `leaseMs` from each beat; a process that was paused
 * for longer sees it at its next write.
 */

export interface FileLockOptions {
  /** The lock's file. Its folder is made. */
  readonly path: string
  /** The holder's description, for the person who is refused: `the server on port 4400`. */
  readonly what: string
  /** Called, with a sentence, when a start must wait, and for which process. */
  readonly onWait?: (reason: string) => void
  readonly clock?: LockClock
  readonly takeKernelLock?: (path: string) => Promise<KernelLockAttempt>
}

export interface FileLock extends Leadership {
  acquire(): Promise<
    | { readonly ok: true; readonly term: FileLease }
    | { readonly ok: false; readonly holder: string }
  >
}

/** How long the kernel may take to finish with a process that was just killed. */
const endsWithinMs = 2_000

/** A holder counts as dead after its file was watched for this long and was not touched. */
const deadAfterMs = 6 * heartbeatMs

/**
 * Whether this holder cannot exist any more, without waiting for its heartbeat. Its kernel lock
 * must have been on the very file that is locked now, in the same mount, under the same kernel:
 * then its process, if it lived, would still hold it.
 */
function isProvablyDead(holder: Holder | null, own: Candidate): boolean {
  if (holder === null) return false
  const wasHere = holder.bootId !== null && holder.bootId === own.bootId
  if (wasHere && holder.kernelLock !== null && holder.kernelLock === own.kernelLock) return true
  return hasEnded(holder)
}

/** A lock in a file beside what it protects: made exclusively, kept alive by touching it. */
export function createFileLock(options: FileLockOptions): FileLock {
  const { path, what, clock = systemLockClock } = options

  async function attemptKernelLock(): Promise<KernelLockAttempt> {
    for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
      const attempt = await (options.takeKernelLock ?? takeKernelLock)(`${path}.kernel`)
      if (attempt.kind !== 'held elsewhere' || waitedMs >= endsWithinMs) return attempt
      await clock.wait(lookEveryMs)
    }
  }

  async function acquireFile(
    kernelLock: KernelLock | null,
  ): Promise<Awaited<ReturnType<FileLock['acquire']>>> {
    const id = randomUUID()
    const own: Candidate = { id, ...identifyProcess(), kernelLock: kernelLock?.file ?? null, what }

    /**
     * Null without a file, and if its number is not the newest: a process that paused while it took
     * the lock may have been taken over.
     */
    async function hold(written: Written | null): Promise<FileLease | null> {
      if (written === null || (await newestToken(path)) !== written.holder.token) return null
      return startLease({ path, written, kernelLock, clock })
    }

    // Each iteration takes the lock, finds a living holder, or sees that it has changed hands.
    for (;;) {
      const created = await hold(await create(path, own))
      if (created !== null) return { ok: true, term: created }
      const seen = await look(path)
      if (seen === null) continue
      if (isProvablyDead(seen.holder, own)) {
        const taken = await hold(await replace(path, seen, own, clock))
        if (taken !== null) return { ok: true, term: taken }
        continue
      }
      options.onWait?.(
        `${path} names ${describe(seen.holder)}: watching for up to ${Math.ceil((deadAfterMs + leaseMs) / 1000)} s whether that still lives`,
      )
      const isSame = async () => (await look(path))?.mark === seen.mark
      if (!(await staysForMs(clock, deadAfterMs, isSame))) {
        const now = await look(path)
        if (now === null) continue
        return { ok: false, holder: describe(now.holder) }
      }
      const term = await hold(await replace(path, seen, own, clock))
      if (term === null) continue
      const settlesMs = leaseMs + 2 * lookEveryMs
      if (await staysForMs(clock, settlesMs, async () => !term.lost.aborted)) {
        return { ok: true, term }
      }
    }
  }

  return {
    async acquire() {
      await mkdir(dirname(path), { recursive: true })
      const attempt = await attemptKernelLock()
      if (attempt.kind === 'held elsewhere') {
        return { ok: false, holder: describe((await look(path))?.holder ?? null) }
      }
      const kernelLock = attempt.kind === 'held' ? attempt.lock : null
      try {
        const acquired = await acquireFile(kernelLock)
        if (!acquired.ok) kernelLock?.release()
        return acquired
      } catch (error) {
        kernelLock?.release()
        throw error
      }
    },
  }
}
