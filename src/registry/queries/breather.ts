import type { Pause } from '#domain/time/clock.ts'

/** Steps of this kind of work that surely take less than 50 ms together. */
const stepsPerBreath = 500

/** For long loops: to be awaited at each step; lets others run every few hundred steps. */
export function createBreather(pause: Pause): () => Promise<void> | undefined {
  let steps = 0
  return () => {
    steps += 1
    return steps % stepsPerBreath === 0 ? pause() : undefined
  }
}
