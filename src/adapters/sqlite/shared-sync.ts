/**
 * Syncs one at a time. Whoever asks while one is under way waits for the next, which serves all who
 * have asked by then: it begins after they have written.
 */
export function createSharedSync(sync: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  const begin = (): Promise<void> => {
    last = next ?? last
    next = null
    return sync()
  }
  return () => (next ??= last.then(begin, begin))
}
