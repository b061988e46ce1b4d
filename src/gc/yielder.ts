import type { Clock, Pause } from '#domain/time/clock.ts'
import type { ClientPriority } from './ports/client-priority.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'

/** Cuts long work into slices, yields between them, and stops the work between two steps. */
export interface Yielder {
  /**
   * Call it once for each small piece of work, or for several pieces that cannot be interrupted.
   * Null: continue at once. A promise: await it first. Throws `CollectionStopped` when the run is
   * over.
   */
  step(pieces?: number): Promise<void> | null
}

/** The run was stopped, or its time is up, before it had a plan. */
export class CollectionStopped extends Error {
  readonly endedBy: 'stopped' | 'time limit'

  constructor(endedBy: 'stopped' | 'time limit') {
    super(`interrupted: ${endedBy}`)
    this.name = 'CollectionStopped'
    this.endedBy = endedBy
  }
}

export interface YielderOptions {
  readonly clock: Clock
  readonly pause: Pause
  /** Why the run is over, or null while it is not. */
  readonly over?: () => 'stopped' | 'time limit' | null
  /** Without it the work does not wait for clients. */
  readonly clientPriority?: ClientPriority
}

/** The longest slice; a frame lasts 16 ms, and people notice 50 ms. */
const sliceMs = 10
/** Reading the clock costs as much as a step, so most steps do not read it. */
export const stepsBetweenLooks = 16
/** Ends a slice also when the clock stands still or was set back. */
const stepsInSlice = 4096
/** Beside clients: how long the work rests, as a multiple of how long it ran. */
const restPerWork = 3
/** A stop of the run waits no longer than this for the end of a rest. */
const longestRestMs = 200

export function createYielder({
  clock,
  pause,
  over = () => null,
  clientPriority,
}: YielderOptions): Yielder {
  let elapsedMs = createStopwatch(clock)
  let steps = 0
  let nextLook = stepsBetweenLooks
  /** Shared by all work with this yielder: a rest of its own would count as work of the others. */
  let resting: Promise<void> | null = null

  async function rest(): Promise<void> {
    const restMs = Math.min(longestRestMs, elapsedMs() * restPerWork)
    try {
      await pause()
      if (clientPriority?.isBusy()) await clientPriority.wait(restMs)
    } finally {
      elapsedMs = createStopwatch(clock)
      steps = 0
      nextLook = stepsBetweenLooks
      resting = null
    }
  }

  return {
    step(pieces = 1) {
      steps += pieces
      if (steps < nextLook) return null
      nextLook = steps + stepsBetweenLooks
      const endedBy = over()
      if (endedBy) throw new CollectionStopped(endedBy)
      if (steps >= stepsInSlice || elapsedMs() >= sliceMs) resting ??= rest()
      return resting
    },
  }
}
