import type { CollectionPolicy, PushMode } from '#domain/collection-policy.ts'
import type { CollectionResult, PlannedRemoval } from '#domain/collection-result.ts'
import type { CollectionPlan } from './plan.ts'
import type {
  Clock,
  CollectionEvent,
  Pause,
  RegistryReader,
  RegistryRemover,
  StopSignal,
} from './ports.ts'
import type { GateKeeper } from './push-gate.ts'

export interface CollectionOptions {
  readonly reader: RegistryReader
  readonly remover: RegistryRemover
  /** Null where nobody can push meanwhile (the command line on a store at rest). */
  readonly gate: GateKeeper | null
  readonly clock: Clock
  readonly pause: Pause
  readonly policy: Pick<
    CollectionPolicy,
    'timeLimitMinutes' | 'whileCollecting' | 'collectUntagged' | 'untaggedMinimumAgeHours'
  >
  /** Makes the plan and does not sweep it. The gate stays open. */
  readonly dryRun: boolean
  /** Removes at most these (an earlier plan's items) of what is garbage now. */
  readonly atMost?: readonly PlannedRemoval[]
  readonly signal?: StopSignal
  /** Gets progress (thinned) and log lines. Must not throw. */
  readonly emit?: (event: CollectionEvent) => void
  /** How long pushes under way may take to finish before marking starts. Default 30 s. */
  readonly maximumWaitMs?: number
  /** In `hold-pushes`: how long a push is kept waiting before it is refused. Default 120 s. */
  readonly holdMs?: number
  /** Uploads without a write for so long are abandoned. Default 7 days. */
  readonly uploadAgeMs?: number
  /** Keeps blobs and links younger than this, with what they reach. Default 0. */
  readonly graceMs?: number
}

export interface Collection {
  readonly result: CollectionResult
  /** Null when the run was stopped before there was a plan. */
  readonly plan: CollectionPlan | null
}

/** What `accept-pushes` is run as, until a collection can let pushes go on. */
export const modeOf = (mode: PushMode): PushMode =>
  mode === 'accept-pushes' ? 'reject-pushes' : mode
