/**
 * Runs the changes of a repository one after the other: a move of a tag and its deletion never
 * interleave.
 */
export type RunLocked = <T>(repository: string, act: () => Promise<T>) => Promise<T>

/** Locks of this process only; not reentrant. */
export function createRepositoryLocks(): RunLocked {
  const last = new Map<string, Promise<unknown>>()

  return async (repository, act) => {
    const before = last.get(repository) ?? Promise.resolve()
    // The next act waits for the end, not for success.
    const mine = before.then(act, act)
    last.set(repository, mine)
    try {
      return await mine
    } finally {
      if (last.get(repository) === mine) last.delete(repository)
    }
  }
}
