import type { PlannedRemoval, Removed, RemovedByCause } from '#domain/collection-result.ts'
import type { InventoryFault } from './ports.ts'

/** What a collection would do. A value: it can be stored, shown, and given to a later run. */
export interface CollectionPlan {
  /** When its inventory began. Milliseconds since the epoch. */
  readonly inventoryStartedAtMs: number
  /** In the order of destruction (`removalSteps`). */
  readonly items: readonly PlannedRemoval[]
  readonly totals: Removed
  readonly byCause: RemovedByCause
  /** The key is the repository's name, or `noRepository`. */
  readonly byRepository: Readonly<Record<string, Removed>>
  /** The items that free most, at most a hundred, largest first. */
  readonly largest: readonly PlannedRemoval[]
  readonly storedBlobs: number
  /** Bytes of all blobs on storage, as far as sizes are known without asking for each. */
  readonly storedBytes: number
  /** What could not be read, and why something is therefore kept. */
  readonly faults: readonly InventoryFault[]
}
