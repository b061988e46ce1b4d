export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Lets pieces of work follow one another: each begins when the one before has ended, however. */
export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
