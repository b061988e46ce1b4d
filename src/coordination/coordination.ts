import type { BlobLeases, LeaseControl } from './blob-leases.ts'
import type { GateKeeper, PushGate } from './push-gate.ts'
import type { RunLocked } from './repository-lock.ts'

/** What all that write to one storage must agree on while they run. */
export interface Coordination {
  readonly gate: PushGate & GateKeeper
  readonly leases: BlobLeases & LeaseControl
  readonly runLocked: RunLocked
}
