import type { Clock } from './clock.ts'

/** Milliseconds since its creation. A clock that is set back stops it, and never turns it back. */
export function createStopwatch(clock: Clock): () => number {
  let elapsedMs = 0
  let last = clock.nowMs()
  return () => {
    const now = clock.nowMs()
    elapsedMs += Math.max(0, now - last)
    last = now
    return elapsedMs
  }
}
