import type { RunLocked } from './repository-locks.ts'

/** Deletions and restorations that have begun and, for a failure of storage, not ended. */
export interface Unfinished {
  begin(repository: string, id: string): void
  end(repository: string, id: string): void
  /** Says how one is finished: given the entry's id, while the repository is locked. */
  finishBy(finish: (id: string) => Promise<unknown>): void
  /**
   * The same locks, under which everything unfinished in a repository is finished before anything
   * else happens there. Otherwise it would be finished at the next start, and take what was pushed
   * since. Rejects while it cannot be finished.
   */
  finishedFirst(runLocked: RunLocked): RunLocked
}

const nothingToDo = (): Promise<void> => Promise.resolve()

/** Of this process only: what a killed one left unfinished is finished by `Trash.recover`. */
export function createUnfinished(): Unfinished {
  const idsOf = new Map<string, Set<string>>()
  let finish: (id: string) => Promise<unknown> = nothingToDo

  function end(repository: string, id: string): void {
    const ids = idsOf.get(repository)
    ids?.delete(id)
    if (ids?.size === 0) idsOf.delete(repository)
  }

  return {
    begin(repository, id) {
      const ids = idsOf.get(repository) ?? new Set()
      idsOf.set(repository, ids.add(id))
    },
    end,
    finishBy(how) {
      finish = how
    },
    finishedFirst: (runLocked) => (repository, act) =>
      runLocked(repository, async () => {
        // The last to begin first: a restoration that moves a tag begins a deletion on its way.
        for (const id of [...(idsOf.get(repository) ?? [])].toReversed()) {
          await finish(id)
          end(repository, id)
        }
        return await act()
      }),
  }
}
