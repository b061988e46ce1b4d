import type { PlannedRemoval } from '#domain/collection/collection-result.ts'

export type RemovalOutcome =
  /** The bytes freed: fewer than the size if the file had another name, or was sparse. */
  | { readonly kind: 'removed'; readonly bytes: number }
  /**
   * It was gone already: no error, and nothing freed. Of a trash entry or a manifest's link it means
   * that another request took it since the inventory, and that what it leads to may be needed again.
   */
  | { readonly kind: 'absent' }
  /** Written, linked or leased since the inventory began: left alone. */
  | { readonly kind: 'in use' }

/** What came of one item of a batch. */
export type BatchOutcome =
  | RemovalOutcome
  /** It may be there still, or be gone already. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The time for one batch was up before it: nothing of it was touched. */
  | { readonly kind: 'not tried' }

/**
 * Destroys what is planned, a batch at a time. Looks again before it does: whatever was written at or
 * after `inventoryStartedAtMs`, or is leased, is in use; so is a trash entry (`trash-claim`) whose
 * deletion or restoration is still under way. Deleting twice is no error.
 */
export interface RegistryRemover {
  /**
   * As many outcomes as items, and in their order; at least one of them was tried. The items are of
   * one step, are all different, and may go in any order; links, tag histories and uploads are of one
   * repository. What befalls one item says nothing of the others; rejects where all fail alike.
   * Several calls may be under way at once, never for the same thing.
   */
  removeBatch(
    items: readonly PlannedRemoval[],
    inventoryStartedAtMs: number,
  ): Promise<readonly BatchOutcome[]>
}
