import type { Clock, Holds, Pause } from '#collector/ports.ts'
import type { Catalog } from './catalog.ts'
import type { CreateDigester } from './digester.ts'
import type { RegistryChanges } from './registry-change.ts'
import type { Removals } from './removals.ts'
import type { RepositoryGraphs } from './repository-graphs.ts'
import type { RunLocked } from './repository-locks.ts'
import type { Storage } from './storage.ts'
import type { TrashStore } from './trash-store.ts'
import type { Unfinished } from './unfinished.ts'

/** What soft deletion works with. */
export interface TrashOptions {
  readonly storage: Storage
  readonly catalog: Catalog
  readonly graphs: RepositoryGraphs
  readonly changes: RegistryChanges
  readonly store: TrashStore
  /** Finishes what is unfinished first. */
  readonly runLocked: RunLocked
  readonly unfinished: Unfinished
  readonly removals: Removals
  readonly holds: Pick<Holds, 'forget'>
  readonly clock: Clock
  readonly pause: Pause
  readonly createDigester: CreateDigester
  readonly createId: () => string
}
