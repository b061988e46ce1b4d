import { setTimeout } from 'node:timers/promises'
import { systemLeaseClock, type LeaseClock } from './lease-deadline.ts'

/** A lease clock that can also wait. */
export interface LockClock extends LeaseClock {
  wait(ms: number): Promise<void>
  /**
   * Calls `act` repeatedly, without keeping the process alive, until the returned function is
   * called.
   */
  every(ms: number, act: () => Promise<void>): () => void
}

export const systemLockClock: LockClock = {
  ...systemLeaseClock,
  wait: (ms) => setTimeout(ms),
  every(ms, act) {
    const timer = setInterval(() => void act(), ms).unref()
    return () => clearInterval(timer)
  },
}

/** How often to check what another process may change, in milliseconds. */
export const lookEveryMs = 500

/**
 * True once nothing has changed for this time; false as soon as something has. Time in which this
 * process was paused does not count, because the other may have been paused too.
 */
export async function staysForMs(
  clock: LockClock,
  ms: number,
  isSame: () => Promise<boolean>,
): Promise<boolean> {
  for (let lookedMs = clock.monotonicMs(), quietMs = 0; quietMs < ms;) {
    await clock.wait(lookEveryMs)
    if (!(await isSame())) return false
    const nowMs = clock.monotonicMs()
    quietMs += Math.min(nowMs - lookedMs, 2 * lookEveryMs)
    lookedMs = nowMs
  }
  return true
}
