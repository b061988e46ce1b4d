import type {
  ClosedRepository,
  CollectionFailure,
  PlannedRemoval,
  Removed,
  RemovedByCause,
} from '#domain/collection/collection-result.ts'
import { noRepository } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { createRetainedSet } from '../plan/dependency-map.ts'
import { reasonOf } from '#domain/collection/collection-error.ts'
import { inParallelByWeight } from '../in-parallel.ts'
import { stepsBetweenLooks, type Yielder } from '../yielder.ts'
import type { PlannedCollection } from '../plan/plan.ts'
import type { BatchOutcome, RegistryRemover } from '../ports/registry-remover.ts'
import { stagesOf, type Batch } from './batches.ts'
import { createTally, freesBytes } from '../plan/tally.ts'

export interface SweepOptions {
  readonly remover: RegistryRemover
  /** Yields to the host; must not throw `CollectionStopped`. */
  readonly yielder: Yielder
  /** Why the run is over, or null while it is not. Asked before each batch. */
  readonly over: () => 'stopped' | 'time limit' | null
  /**
   * How many removals may be under way at once, where their order does not matter. Default 1,000.
   */
  readonly removalsAtOnce?: number
  /** How many of them the remover gets in one call, at most. Default 250. */
  readonly removalsInBatch?: number
  /** Called for each item that was tried. */
  readonly onItem?: (item: PlannedRemoval, freedBytes: number) => void
}

/** The outcome of a sweep. Items planned = removed, absent, skipped, failed and left. */
export interface Swept {
  readonly removed: Removed
  /** The size of everything removed; `removed.bytes` is what that freed. */
  readonly removedSizeBytes: number
  readonly byCause: RemovedByCause
  readonly byRepository: Readonly<Record<string, Removed>>
  readonly skipped: number
  readonly failures: readonly CollectionFailure[]
  /** What could not be removed. */
  readonly failed: Removed
  readonly left: Removed
  /** What takes no changes now, and of which all is left that was not removed before that was met. */
  readonly leftIn: readonly ClosedRepository[]
  readonly endedBy: 'done' | 'stopped' | 'time limit'
  /** Blobs that are gone now. */
  readonly gone: ReadonlySet<Digest>
}

const defaultRemovalsAtOnce = 1000
/** Several batches run at once: one may wait for the disk while another is decided. */
const defaultRemovalsInBatch = 250
/** A broken disk would otherwise fill the result with a line for each blob. */
const failuresListed = 1000

/**
 * Removes what is planned, step by step in the order of `removalSteps`, so that a crash leaves only
 * orphaned bytes. An item that is in use or cannot be removed stays with everything that it leads
 * to. Never rejects: failures are collected.
 */
export async function sweep(
  { plan, dependencies }: PlannedCollection,
  options: SweepOptions,
): Promise<Swept> {
  const { remover, yielder, over, onItem, removalsAtOnce = defaultRemovalsAtOnce } = options
  const { removalsInBatch = defaultRemovalsInBatch } = options
  const removed = createTally()
  const left = createTally()
  const undeleted = createTally()
  const retained = createRetainedSet(dependencies)
  const gone = new Set<Digest>()
  const failedBlobs = new Set<Digest>()
  /** Why a repository takes no changes now. */
  const closed = new Map<string, string>()
  const failures: CollectionFailure[] = []
  let failed = 0
  let removedSizeBytes = 0
  let skipped = 0
  let endedBy: Swept['endedBy'] = 'done'

  const isUnfinished = (item: PlannedRemoval): boolean =>
    item.step === 'trash-entry' &&
    failedBlobs.size > 0 &&
    dependencies.ofKeeping(item).some((digest) => failedBlobs.has(digest))

  function fail(item: PlannedRemoval, error: unknown): void {
    failed += 1
    undeleted.add(item, item.sizeBytes)
    if (failures.length < failuresListed) {
      failures.push({ subject: subjectOf(item), reason: reasonOf(error) })
    }
    if (item.step === 'blob' && item.digest !== null) failedBlobs.add(item.digest)
    retained.add(item)
  }

  /** Leaves the item to a later run, and all that it leads to. */
  function leave(item: PlannedRemoval): void {
    left.add(item, item.sizeBytes)
    if (item.step === 'blob' && item.digest !== null) failedBlobs.add(item.digest)
    retained.add(item)
    onItem?.(item, 0)
  }

  /** Whether the sweep leaves the item alone because of what happened so far. */
  function isKept(item: PlannedRemoval): boolean {
    if (item.repository !== null && closed.has(item.repository)) {
      leave(item)
      return true
    }
    if (!retained.contains(item) && !isUnfinished(item)) return false
    retained.add(item)
    skipped += 1
    onItem?.(item, 0)
    return true
  }

  function settle(item: PlannedRemoval, outcome: Exclude<BatchOutcome, NotTried>): void {
    let freedBytes = 0
    if (outcome.kind === 'closed') {
      closed.set(item.repository ?? noRepository, outcome.reason)
      leave(item)
      return
    }
    if (outcome.kind === 'removed') {
      freedBytes = freesBytes(item) ? outcome.bytes : 0
      removed.add(item, freedBytes)
      if (freesBytes(item)) removedSizeBytes += item.sizeBytes
    }
    if (outcome.kind === 'failed') fail(item, outcome.error)
    else if (outcome.kind === 'in use' || wasTakenAway(item, outcome)) {
      skipped += 1
      retained.add(item)
    } else if (item.step === 'blob' && item.digest !== null) gone.add(item.digest)
    onItem?.(item, freedBytes)
  }

  async function attempt(items: Batch): Promise<readonly BatchOutcome[]> {
    try {
      return await remover.removeBatch(items, plan.inventoryStartedAtMs, () => over() !== null)
    } catch (error) {
      return items.map(() => ({ kind: 'failed', error }))
    }
  }

  /** Decides and removes items, and returns those that there was no time for. */
  async function takeSome(items: Batch): Promise<Batch> {
    // A removal takes as long as many other steps.
    const pending = yielder.step(stepsBetweenLooks * items.length)
    if (pending) await pending
    if (endedBy === 'done') endedBy = over() ?? 'done'
    if (endedBy !== 'done') {
      for (const item of items) left.add(item, item.sizeBytes)
      return []
    }
    const tried = items.filter((item) => !isKept(item))
    const outcomes = tried.length > 0 ? await attempt(tried) : []
    return tried.filter((item, position) => {
      const outcome = outcomes[position] ?? leftOut
      if (outcome.kind === 'not tried') return true
      settle(item, outcome)
      return false
    })
  }

  async function take(batches: readonly Batch[]): Promise<void> {
    for (const batch of batches) {
      for (let items = batch; items.length > 0;) items = await takeSome(items)
    }
  }

  const inBatch = Math.min(removalsInBatch, removalsAtOnce)
  for (const { chains } of stagesOf(plan.items, dependencies, inBatch)) {
    await inParallelByWeight(chains, removalsAtOnce, largestOf, take)
  }

  if (failed > failures.length) {
    failures.push({
      subject: `${failed - failures.length} more`,
      reason: 'see the log of the storage',
    })
  }
  return {
    removed: removed.totals(),
    removedSizeBytes,
    byCause: removed.byCause(),
    byRepository: removed.byRepository(),
    skipped,
    failures,
    failed: undeleted.totals(),
    left: left.totals(),
    leftIn: Array.from(closed, ([repository, reason]) => ({ repository, reason })),
    endedBy,
    gone,
  }
}

type NotTried = Extract<BatchOutcome, { kind: 'not tried' }>

const leftOut: BatchOutcome = { kind: 'failed', error: new Error('the remover left out an answer') }

const largestOf = (batches: readonly Batch[]): number =>
  batches.reduce((most, { length }) => Math.max(most, length), 0)

/**
 * Only this run removes what it planned to withdraw. If an item is gone all the same, it was
 * restored, or another client deleted it with a trash entry that the inventory has not seen: what
 * it leads to may be needed.
 */
const wasTakenAway = ({ step }: PlannedRemoval, outcome: BatchOutcome): boolean =>
  outcome.kind === 'absent' && (step === 'trash-claim' || step === 'revision')

/** A name of the item for people. */
function subjectOf({ step, digest, name, repository }: PlannedRemoval): string {
  const where = repository === null ? '' : ` of ${repository}`
  switch (step) {
    case 'trash-claim':
    case 'trash-entry':
      return `trash entry ${name}${where}`
    case 'tag-history':
      return `history of tag ${name}${where}`
    case 'upload':
      return `upload ${name}${where}`
    case 'layer-link':
      return `layer link ${digest}${where}`
    case 'revision':
      return `manifest link ${digest}${where}`
    case 'blob':
      return `${digest}${where}`
  }
}
