import { trashFolder } from '../layout.ts'
import type { RunLocked } from '#coordination/repository-locks.ts'
import { StorageError } from '#storage/storage.ts'

/** Deletions and restorations that have begun and, for a failure of storage, not ended. */
export interface Unfinished {
  begin(repository: string, id: string): void
  end(repository: string, id: string): void
  /**
   * Says how one is finished: given the entry's id, while the repository is locked. False: all is
   * done but for writing that down, for which there was no room.
   */
  finishBy(finish: (id: string) => Promise<boolean>): void
  /**
   * The same locks, under which everything unfinished in a repository is finished before anything
   * else happens there. Otherwise it would be finished at the next start, and take what was pushed
   * since. Rejects while it cannot be finished; for what `onlyRemoves`, not for want of room.
   */
  finishedFirst(runLocked: RunLocked, options?: { readonly onlyRemoves?: boolean }): RunLocked
}

const nothingToDo = (): Promise<boolean> => Promise.resolve(true)

/** Of this process only: what a killed one left unfinished is finished by `Trash.recover`. */
export function createUnfinished(): Unfinished {
  const idsOf = new Map<string, Set<string>>()
  let finish: (id: string) => Promise<boolean> = nothingToDo

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
    finishedFirst:
      (runLocked, { onlyRemoves = false } = {}) =>
      (repository, act) =>
        runLocked(repository, async () => {
          // The last to begin first: a restoration that moves a tag begins a deletion on its way.
          for (const id of [...(idsOf.get(repository) ?? [])].toReversed()) {
            if (await finish(id)) end(repository, id)
            else if (!onlyRemoves) throw new StorageError('FULL', `${trashFolder}/${id}`)
          }
          return await act()
        }),
  }
}
