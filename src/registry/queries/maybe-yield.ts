import type { Pause } from '#domain/time/clock.ts'

/** So few steps of this kind of work take less than 50 ms together. */
const stepsPerYield = 500

/** For long loops: await it at each step; every few hundred steps it lets other work run. */
export function createMaybeYield(pause: Pause): () => Promise<void> | undefined {
  let steps = 0
  return () => {
    steps += 1
    return steps % stepsPerYield === 0 ? pause() : undefined
  }
}
