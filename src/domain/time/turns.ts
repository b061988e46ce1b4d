/** Starts each act in its turn, and resolves to what it resolves to. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>

/** Acts of which only so many run at the same time; more wait, first come, first served. */
export function createTurns(atOnce: number): InTurn {
  let taken = 0
  const waiting: (() => void)[] = []
  return async (act) => {
    if (taken < atOnce) taken += 1
    // An act that ends passes its turn on.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else taken -= 1
    }
  }
}
