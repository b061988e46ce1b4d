import type { Coordination } from '#coordination/coordination.ts'
import type { Clock, Wait } from '#domain/time/clock.ts'
import { createMemoryBlobLeases } from './memory-blob-leases.ts'
import { createMemoryPushGate } from './memory-push-gate.ts'
import { createMemoryRepositoryLock } from './memory-repository-lock.ts'

/** For a storage that one process writes to: all of it is lost when the process ends. */
export const createMemoryCoordination = (options: {
  readonly clock: Clock
  readonly wait: Wait
}): Coordination => ({
  gate: createMemoryPushGate(options),
  leases: createMemoryBlobLeases(options),
  runLocked: createMemoryRepositoryLock(options),
})
