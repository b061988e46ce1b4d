import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'

/** No other process could change a tag, or leave anything. */
export const heldAlone: HeldLock = {
  changeTags: (_, send) => send(),
  wasLeftUnfinished: false,
  leaveUnfinished() {},
}

/** Locks of this process only; not reentrant. */
export function createMemoryRepositoryLock(): RunLocked {
  const last = new Map<string, Promise<unknown>>()

  return async (repository, act) => {
    const before = last.get(repository) ?? Promise.resolve()
    // The next act waits for the end, not for success.
    const run = () => act(heldAlone)
    const mine = before.then(run, run)
    last.set(repository, mine)
    try {
      return await mine
    } finally {
      if (last.get(repository) === mine) last.delete(repository)
    }
  }
}
