/** The same choices for the same seed. */
export interface Random {
  below(limit: number): number
  of<T>(items: readonly T[]): T
  /** Another one, whose choices differ. */
  fork(): Random
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  // A linear congruential generator (Numerical Recipes), of which the higher bits are used.
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit)
  return {
    below,
    of: (items) => items[below(items.length)] as (typeof items)[number],
    fork: () => randomOf(next() ^ 0x5bd1_e995),
  }
}
