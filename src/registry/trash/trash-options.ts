import type { Clock, Pause } from '#domain/time/clock.ts'
import type { BlobLeases } from '#coordination/blob-leases.ts'
import type { Catalog } from '../repositories/catalog.ts'
import type { CreateDigester } from '#storage/digester.ts'
import type { RegistryChanges } from '../registry-change.ts'
import type { GraphCache } from '../queries/graph/graph-cache.ts'
import type { RunLocked } from '#coordination/repository-lock.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { FindReported } from '../running/running-images.ts'
import type { FindProtection } from '../tags/protected-tags.ts'
import type { TrashStore } from './trash-store.ts'
import type { PendingOperations } from './pending-operations.ts'

/** The dependencies of soft deletion. */
export interface TrashOptions {
  readonly objects: ObjectStore
  readonly catalog: Catalog
  readonly graphs: GraphCache
  readonly changes: RegistryChanges
  readonly store: TrashStore
  /** Finishes pending operations of the repository first. */
  readonly runLocked: RunLocked
  readonly pendingOperations: PendingOperations
  readonly leases: Pick<BlobLeases, 'withLeases' | 'releasePush'>
  readonly clock: Clock
  readonly pause: Pause
  readonly createDigester: CreateDigester
  readonly createId: () => string
  readonly findProtection: FindProtection
  readonly findReported: FindReported
}
