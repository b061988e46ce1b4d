import { AgreementError, isLocked } from '#coordination/agreement-error.ts'
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

/** What closes a tag closes the repository, while an act on it is half done. */
const unfinishedIn = (repository: string, { message, retryAfterMs }: AgreementError) =>
  new AgreementError(
    'LOCKED',
    `${repository} takes no changes, because a deletion or restoration there was cut short and has to be finished first: ${message}`,
    retryAfterMs,
  )

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

  async function finishAll(
    repository: string,
    lock: HeldLock,
    onlyRemoves: boolean,
  ): Promise<void> {
    // The latest first: a restoration that moves a tag begins a deletion of its own.
    for (const id of [...(idsOf.get(repository) ?? [])].toReversed()) {
      const isNoted = await recovery.finish(id, lock).catch((error: unknown) => {
        throw isLocked(error) ? unfinishedIn(repository, error) : error
      })
      if (isNoted) remove(repository, id)
      else if (!onlyRemoves) throw new StoreError('FULL', `${trashFolder}/${id}`)
    }
  }

  return {
    add,
    remove,
    setRecovery(how) {
      recovery = how
    },
    recoverFirst:
      (runLocked, { onlyRemoves = false } = {}) =>
      (repository, act, isGivenUp) =>
        runLocked(
          repository,
          async (lock) => {
            let isKnown = !lock.wasLeftUnfinished
            try {
              if (!isKnown) for (const id of await recovery.leftIn(repository)) add(repository, id)
              isKnown = true
              await finishAll(repository, lock, onlyRemoves)
              return await act(lock)
            } finally {
              if (!isKnown || idsOf.has(repository)) lock.leaveUnfinished()
            }
          },
          isGivenUp,
        ),
  }
}
