import { trashFolder } from '../layout.ts'
import type { HeldLock, RunLocked } from '#coordination/repository-lock.ts'
import { StoreError } from '#storage/errors.ts'

/** Deletions and restorations that began and have not ended, because storage failed. */
export interface PendingOperations {
  add(repository: string, id: string): void
  remove(repository: string, id: string): void
  setRecovery(recovery: Recovery): void
  /**
   * Wraps a lock, so that pending operations of the repository finish before the act runs.
   * Otherwise they would finish at the next start, and remove what was pushed since. Rejects while
   * they cannot finish; an act that `onlyRemoves` also runs when only the disk is full.
   */
  recoverFirst(runLocked: RunLocked, options?: { readonly onlyRemoves?: boolean }): RunLocked
}

/** How operations are finished, while their repository is locked. */
export interface Recovery {
  /** Those on storage, the ones to finish last first. */
  leftIn(repository: string): Promise<readonly string[]>
  /**
   * Finishes one, given the entry's id. Resolves to false when only the record of its end could not
   * be written, because the disk is full.
   */
  finish(id: string, lock: HeldLock): Promise<boolean>
}

const nothingToDo: Recovery = { leftIn: async () => [], finish: async () => true }

/**
 * Of this process. What another one left, its lock tells the next holder; and `Trash.recover`
 * finishes all that a killed process left.
 */
export function createPendingOperations(): PendingOperations {
  const idsOf = new Map<string, Set<string>>()
  let recovery = nothingToDo

  function remove(repository: string, id: string): void {
    const ids = idsOf.get(repository)
    ids?.delete(id)
    if (ids?.size === 0) idsOf.delete(repository)
  }

  function add(repository: string, id: string): void {
    const ids = idsOf.get(repository) ?? new Set()
    idsOf.set(repository, ids.add(id))
  }

  return {
    add,
    remove,
    setRecovery(how) {
      recovery = how
    },
    recoverFirst:
      (runLocked, { onlyRemoves = false } = {}) =>
      (repository, act) =>
        runLocked(repository, async (lock) => {
          let isKnown = !lock.wasLeftUnfinished
          try {
            if (!isKnown) for (const id of await recovery.leftIn(repository)) add(repository, id)
            isKnown = true
            // The latest first: a restoration that moves a tag begins a deletion of its own.
            for (const id of [...(idsOf.get(repository) ?? [])].toReversed()) {
              if (await recovery.finish(id, lock)) remove(repository, id)
              else if (!onlyRemoves) throw new StoreError('FULL', `${trashFolder}/${id}`)
            }
            return await act(lock)
          } finally {
            if (!isKnown || idsOf.has(repository)) lock.leaveUnfinished()
          }
        }),
  }
}
