import type { PlannedRemoval } from '#domain/collection/collection-result.ts'

export type RemovalOutcome =
  /** Bytes that are free now: fewer than the size of what had another name, or was sparse. */
  | { readonly kind: 'removed'; readonly bytes: number }
  /**
   * It was gone already: no error, and nothing freed. Of a trash entry or a manifest's link it means
   * that somebody else took it since the inventory, and that what it leads to may be needed again.
   */
  | { readonly kind: 'absent' }
  /** Written, linked or leased since the inventory began: left alone. */
  | { readonly kind: 'in use' }

/**
 * Destroys one planned thing at a time. Looks again before it does: whatever was written at or
 * after `inventoryStartedAtMs`, or is leased, is in use; so is a trash entry (`trash-claim`) whose
 * deletion or restoration is still under way. Deleting twice is no error. Rejects when storage
 * fails. Several calls may be under way at once, never for the same thing.
 */
export interface RegistryRemover {
  remove(item: PlannedRemoval, inventoryStartedAtMs: number): Promise<RemovalOutcome>
}
