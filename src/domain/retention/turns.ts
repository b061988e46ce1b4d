import type { Pause } from '../time/clock.ts'

/** Work of this much takes less than 50 ms: a unit is about what it takes to compare one pattern. */
const unitsPerTurn = 10_000

/**
 * Lets other work run: call it with the cost of each step, and await what it returns, if anything.
 * An await of nothing, a hundred thousand times, would cost more than the work.
 */
export type TakeTurns = (units: number) => Promise<void> | undefined

export function createTurns(pause: Pause): TakeTurns {
  let done = 0
  return (units) => {
    done += units
    if (done < unitsPerTurn) return undefined
    done = 0
    return pause()
  }
}
