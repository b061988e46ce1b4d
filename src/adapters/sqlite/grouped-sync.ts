/**
 * Syncs one at a time. A call during a sync waits for the next one, which serves all calls until
 * then: it starts after their writes.
 */
export function createGroupedSync(sync: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  const begin = (): Promise<void> => {
    last = next ?? last
    next = null
    return sync()
  }
  return () => (next ??= last.then(begin, begin))
}
