import { rm, utimes } from 'node:fs/promises'
import { StoreError } from '#storage/errors.ts'
import { isAbsent, storageErrorOf } from '../file-errors.ts'
import type { KernelLock } from './kernel-lock.ts'
import { createLeaseDeadline } from './lease-deadline.ts'
import type { LockClock } from './lock-clock.ts'
import { describe, look, type Holder } from './lock-file.ts'

/**
 * Call it before each write, and await the promise that it may return: then the process was paused
 * or the folder failed, and it checks first. Rejects with a `StoreError` if the lease is lost
 * (`NOT_HELD`) or cannot be renewed.
 */
export type MayWrite = () => Promise<void> | undefined

/** A held lock, renewed until it is released. */
export interface FileLease {
  /** True once another process may have taken over: nothing may be written any more. */
  isLost(): boolean
  release(): Promise<void>
  readonly mayWrite: MayWrite
  /** For threads, which can check only this. */
  readonly deadline: SharedArrayBuffer
}

export const heartbeatMs = 5_000
/** How long a holder relies on its lease after a beat, in milliseconds. */
export const leaseMs = 3 * heartbeatMs

interface LeaseOptions {
  readonly path: string
  readonly own: Holder
  readonly kernelLock: KernelLock | null
  readonly clock: LockClock
  readonly onLost: (reason: string) => void
}

/** Keeps a lock alive whose file exists. */
export function startLease({ path, own, kernelLock, clock, onLost }: LeaseOptions): FileLease {
  const deadline = createLeaseDeadline(clock)
  const now = () => ({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() })
  let lost: string | null = null
  let released = false
  let beating: Promise<void> | null = null
  deadline.extend(now(), leaseMs)

  function lose(reason: string): void {
    lost = reason
    deadline.end()
    stop()
    onLost(reason)
  }

  async function beatOnce(): Promise<void> {
    const from = now()
    const seconds = from.wallMs / 1000
    // Touched before it is read: if it is still ours then, no other process that found it holds it.
    await utimes(path, seconds, seconds).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
    const seen = await look(path)
    if (lost !== null || released) return
    if (seen?.holder?.id === own.id) deadline.extend(from, leaseMs)
    else if (seen === null) lose(`its lock ${path} is gone`)
    else lose(`${describe(seen.holder)} has taken over its lock ${path}`)
  }

  const beat = (): Promise<void> =>
    (beating ??= beatOnce().finally(() => {
      beating = null
    }))

  // The next beat, or the next write that needs it, makes up for a failed one.
  const stop = clock.every(heartbeatMs, () => beat().catch(() => undefined))

  async function lookAgain(): Promise<void> {
    if (lost === null) {
      await beat().catch((error: unknown) => {
        throw storageErrorOf(error, path)
      })
    }
    if (deadline.isOver()) throw new StoreError('NOT_HELD', path)
  }

  return {
    deadline: deadline.shared,
    isLost: () => lost !== null,
    mayWrite: () => (deadline.isOver() ? lookAgain() : undefined),
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
