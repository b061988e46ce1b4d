export type RunSerially = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Runs pieces of work one after the other: each starts when the previous one has ended, in success
 * or failure.
 */
export function createSerialQueue(): RunSerially {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
