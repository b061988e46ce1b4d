import type { IsGivenUp } from '#domain/time/clock.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'

export type RemovalOutcome =
  /** The bytes freed: fewer than the size if the file had another name, or was sparse. */
  | { readonly kind: 'removed'; readonly bytes: number }
  /**
   * It was gone already: no error, and nothing freed. For a trash entry or a manifest's link it
   * means that another request took it since the inventory, and that what it leads to may be needed
   * again.
   */
  | { readonly kind: 'absent' }
  /** Written, linked or leased since the inventory began: left alone. */
  | { readonly kind: 'in use' }

/** What came of one item of a batch. */
export type BatchOutcome =
  | RemovalOutcome
  /** It may still exist, or be gone already. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The time for one batch ended before its turn: nothing of it was touched. */
  | { readonly kind: 'not tried' }
  /**
   * Its repository takes no changes for a while, and the reason says until when: nothing of it was
   * touched. It may be needed by what is changed there.
   */
  | { readonly kind: 'closed'; readonly reason: string }

/**
 * Removes planned items, one batch at a time. Checks each item again before that: what was written
 * at or after `inventoryStartedAtMs`, or is leased, is in use; so is a trash entry (`trash-claim`)
 * with a deletion or restoration that has not ended. Deleting twice is no error.
 */
export interface RegistryRemover {
  /**
   * Call it with the whole plan before the first batch: where several servers remove, each learns
   * at once what may go, and keeps what its clients rely on. Rejects with `CollectionError`
   * (`SERVERS_SILENT`, `GATE_CLOSED`) if they cannot agree, before anything was removed. Absent:
   * nothing has to know.
   */
  announce?(items: Iterable<PlannedRemoval>): Promise<void>
  /**
   * Returns as many outcomes as items, in their order; at least one item was tried. The items are
   * of one step and all different, and may be removed in any order; links, tag histories and
   * uploads are of one repository. The outcome of one item says nothing about the others; rejects
   * where all fail alike. Several calls may run at once, but never for the same item.
   *
   * @param isGivenUp ends the waits for others: no item was tried then. Default: it is not given up
   */
  removeBatch(
    items: readonly PlannedRemoval[],
    inventoryStartedAtMs: number,
    isGivenUp?: IsGivenUp,
  ): Promise<readonly BatchOutcome[]>
}
