import { rm, utimes } from 'node:fs/promises'
import { StoreError } from '#storage/errors.ts'
import { isAbsent, withStorageErrors, withStorageErrorsNow } from '../file-errors.ts'
import type { LeadershipTerm } from '#coordination/leadership.ts'
import { isStillHeld, type SharedLease } from './fence.ts'
import type { KernelLock } from './kernel-lock.ts'
import { createLeaseDeadline } from './lease-deadline.ts'
import type { LockClock } from './lock-clock.ts'
import { describe, look, type Written } from './lock-file.ts'

/**
 * A held lock, renewed until it is released. Its `mayWrite` returns a promise only if the process
 * was paused, or the folder failed, or the lease is lost; it rejects with a `StoreError`.
 */
export interface FileLease extends LeadershipTerm {
  /** For threads. */
  readonly shared: SharedLease
}

export const heartbeatMs = 5_000
/** How long a holder relies on its lease after a beat, in milliseconds. */
export const leaseMs = 3 * heartbeatMs

interface LeaseOptions {
  readonly path: string
  readonly written: Written
  readonly kernelLock: KernelLock | null
  readonly clock: LockClock
}

/** Keeps a lock alive whose file exists. */
export function startLease({ path, written, kernelLock, clock }: LeaseOptions): FileLease {
  const own = written.holder
  const fence = { path, written: written.bytes }
  const deadline = createLeaseDeadline(clock)
  const now = () => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() })
  const losing = new AbortController()
  const lost = losing.signal
  let released = false
  let beating: Promise<void> | null = null
  deadline.extend(now(), leaseMs)

  function lose(reason: string): void {
    deadline.end()
    stop()
    losing.abort(reason)
  }

  async function beatOnce(): Promise<void> {
    const from = now()
    const seconds = from.wallMs / 1000
    // Touched before it is read: if it is still ours then, no other process that found it holds it.
    await utimes(path, seconds, seconds).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
    const seen = await look(path)
    if (lost.aborted || released) return
    const isOurs = seen?.holder?.id === own.id && seen.holder.token === own.token
    if (isOurs) deadline.extend(from, leaseMs)
    else if (seen === null) lose(`its lock ${path} is gone`)
    else lose(`${describe(seen.holder)} has taken over its lock ${path}`)
  }

  const beat = (): Promise<void> =>
    (beating ??= beatOnce().finally(() => {
      beating = null
    }))

  // The next beat, or the next write that needs it, makes up for a failed one.
  const stop = clock.every(heartbeatMs, () => beat().catch(() => undefined))

  /** Does not rely on clocks: those of a machine that was frozen stood still. */
  const isTokenOurs = (): boolean => withStorageErrorsNow(path, () => isStillHeld(fence))

  async function lookAgain(): Promise<void> {
    // The first beat may be one that looked before a pause, and the second is not.
    for (let beats = 0; beats < 2; beats += 1) {
      if (lost.aborted || released) break
      await withStorageErrors(path, beat)
      if (!deadline.isOver() && isTokenOurs()) return
    }
    throw new StoreError('NOT_HELD', path)
  }

  return {
    token: own.token,
    isHeld: () => !lost.aborted && !deadline.isOver(),
    lost,
    shared: { deadline: deadline.shared, fence },
    mayWrite(part) {
      if (deadline.isOver()) return lookAgain()
      if (part === 'part') return undefined
      try {
        return isTokenOurs() ? undefined : lookAgain()
      } catch (error) {
        return Promise.reject(error)
      }
    },
    async release() {
      released = true
      stop()
      deadline.end()
      await beating?.catch(() => undefined)
      const seen = await look(path).catch(() => null)
      if (seen?.holder?.id === own.id) await rm(path, { force: true })
      kernelLock?.release()
    },
  }
}
