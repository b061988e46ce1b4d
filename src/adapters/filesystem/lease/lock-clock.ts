import { setTimeout } from 'node:timers/promises'
import { systemLeaseClock, type LeaseClock } from './lease-term.ts'

/** A clock that can also be waited by. */
export interface LockClock extends LeaseClock {
  wait(ms: number): Promise<void>
  /** Acts again and again, without keeping the process alive, until the function returned is called. */
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

/** How often what another may change is looked at. */
export const lookEveryMs = 500

/**
 * True once nothing has changed for so long; false as soon as something has. Time in which this
 * process was paused itself does not count, for the other may have been as well.
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
