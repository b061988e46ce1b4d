import { unlessGivenUp } from '#coordination/given-up.ts'
import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'
import type { Wait } from '#domain/time/clock.ts'

/** No other process could change a tag, or leave anything. */
export const heldAlone: HeldLock = {
  changeTags: (_, send) => send(),
  expectSettled: async () => {},
  wasLeftUnfinished: false,
  leaveUnfinished() {},
}

/** Locks of this process only; not reentrant. */
export function createMemoryRepositoryLock({ wait }: { readonly wait: Wait }): RunLocked {
  const last = new Map<string, Promise<unknown>>()

  return (repository, act, isGivenUp) =>
    unlessGivenUp(isGivenUp, wait, async (begin) => {
      const run = async () => {
        begin()
        return await act(heldAlone)
      }
      const before = last.get(repository)
      // The next act waits for the end, not for success.
      const mine = before === undefined ? run() : before.then(run, run)
      last.set(repository, mine)
      try {
        return await mine
      } finally {
        if (last.get(repository) === mine) last.delete(repository)
      }
    })
}
