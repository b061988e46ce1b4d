import type { Clock, Pause } from '#domain/time/clock.ts'
import type { Courtesy } from './ports/courtesy.ts'
import { createStopwatch } from '#domain/time/stopwatch.ts'

/** Cuts long work into slices, and ends it between two steps when it is to stop. */
export interface Pace {
  /**
   * To be called once for each small piece of work, or for several of them that cannot be
   * interrupted. Null: go on at once. A promise: wait for it first. Throws `Interruption` when the
   * run is over.
   */
  step(pieces?: number): Promise<void> | null
}

/** The run was stopped, or its time is up, before it had a plan. */
export class Interruption extends Error {
  readonly endedBy: 'stopped' | 'time limit'

  constructor(endedBy: 'stopped' | 'time limit') {
    super(`interrupted: ${endedBy}`)
    this.name = 'Interruption'
    this.endedBy = endedBy
  }
}

export interface PaceOptions {
  readonly clock: Clock
  readonly pause: Pause
  /** Why the run is over, or null while it is not. */
  readonly over?: () => 'stopped' | 'time limit' | null
  /** Unless given, nobody goes first. */
  readonly courtesy?: Courtesy
}

/** Nothing runs longer than this at a stretch; a frame lasts 16 ms, and 50 ms are felt. */
const sliceMs = 10
/** Asking a clock costs as much as a step, so that not each step does. */
export const stepsBetweenLooks = 16
/** A clock that stands still or is set back must not hold the host. */
const stepsInSlice = 4096
/** Beside clients: how long it rests, as a multiple of how long it worked. */
const restPerWork = 3
/** Whoever stops a run waits no longer than this for the end of a rest. */
const longestRestMs = 200

export function createPace({ clock, pause, over = () => null, courtesy }: PaceOptions): Pace {
  let elapsedMs = createStopwatch(clock)
  let steps = 0
  /** All that work at this pace rest together, or those that rest would count as work of the others. */
  let resting: Promise<void> | null = null

  async function rest(): Promise<void> {
    const restMs = Math.min(longestRestMs, elapsedMs() * restPerWork)
    try {
      await pause()
      if (courtesy?.isBusy()) await courtesy.wait(restMs)
    } finally {
      elapsedMs = createStopwatch(clock)
      steps = 0
      resting = null
    }
  }

  return {
    step(pieces = 1) {
      const looks = Math.floor(steps / stepsBetweenLooks)
      steps += pieces
      if (Math.floor(steps / stepsBetweenLooks) === looks) return null
      const endedBy = over()
      if (endedBy) throw new Interruption(endedBy)
      if (steps >= stepsInSlice || elapsedMs() >= sliceMs) resting ??= rest()
      return resting
    },
  }
}
