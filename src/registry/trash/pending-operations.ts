import { trashFolder } from '../layout.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import { StoreError } from '#storage/errors.ts'

/** Deletions and restorations that began and have not ended, because storage failed. */
export interface PendingOperations {
  add(repository: string, id: string): void
  remove(repository: string, id: string): void
  /**
   * Sets the function that finishes an operation, given the entry's id, while the repository is
   * locked. It returns false when only the record of its end could not be written, because the disk
   * is full.
   */
  setRecovery(finish: (id: string) => Promise<boolean>): void
  /**
   * Wraps a lock, so that pending operations of the repository finish before the act runs.
   * Otherwise they would finish at the next start, and remove what was pushed since. Rejects while
   * they cannot finish; an act that `onlyRemoves` also runs when only the disk is full.
   */
  recoverFirst(runLocked: RunLocked, options?: { readonly onlyRemoves?: boolean }): RunLocked
}

const nothingToDo = (): Promise<boolean> => Promise.resolve(true)

/** Of this process only: `Trash.recover` finishes what a killed process left. */
export function createPendingOperations(): PendingOperations {
  const idsOf = new Map<string, Set<string>>()
  let finish: (id: string) => Promise<boolean> = nothingToDo

  function remove(repository: string, id: string): void {
    const ids = idsOf.get(repository)
    ids?.delete(id)
    if (ids?.size === 0) idsOf.delete(repository)
  }

  return {
    add(repository, id) {
      const ids = idsOf.get(repository) ?? new Set()
      idsOf.set(repository, ids.add(id))
    },
    remove,
    setRecovery(how) {
      finish = how
    },
    recoverFirst:
      (runLocked, { onlyRemoves = false } = {}) =>
      (repository, act) =>
        runLocked(repository, async (lock) => {
          // The latest first: a restoration that moves a tag begins a deletion of its own.
          for (const id of [...(idsOf.get(repository) ?? [])].toReversed()) {
            if (await finish(id)) remove(repository, id)
            else if (!onlyRemoves) throw new StoreError('FULL', `${trashFolder}/${id}`)
          }
          return await act(lock)
        }),
  }
}
