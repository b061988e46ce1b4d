import type { Pause } from './clock.ts'

/** This many steps of such work take less than 50 ms together. */
const stepsPerYield = 500

/** Lets other work run in long loops: await it at each step; it pauses every few hundred steps. */
export function createMaybeYield(pause: Pause): () => Promise<void> | undefined {
  let steps = 0
  return () => {
    steps += 1
    return steps % stepsPerYield === 0 ? pause() : undefined
  }
}
