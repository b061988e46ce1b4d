import type { RunLocked } from '#coordination/repository-lock.ts'

/** Locks of this process only; not reentrant. */
export function createMemoryRepositoryLock(): RunLocked {
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
