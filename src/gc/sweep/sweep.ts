import {
  removalSteps,
  type CollectionFailure,
  type PlannedRemoval,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { createRetainedSet } from '../plan/dependency-map.ts'
import { reasonOf } from '#domain/collection/collection-error.ts'
import { inParallel } from '../in-parallel.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { stepsBetweenLooks, type Yielder } from '../yielder.ts'
import type { PlannedCollection } from '../plan/plan.ts'
import type { PlannedItems } from '../plan/planned-items.ts'
import type { RegistryRemover, RemovalOutcome } from '../ports/registry-remover.ts'
import { strandsOf } from '../inventory/strands.ts'
import { createTally, freesBytes } from '../plan/tally.ts'

export interface SweepOptions {
  readonly remover: RegistryRemover
  /** Yields to the host; must not throw `CollectionStopped`. */
  readonly yielder: Yielder
  /** Why the run is over, or null while it is not. Asked before each item. */
  readonly over: () => 'stopped' | 'time limit' | null
  /** How many removals may be under way at once, where their order does not matter. Default 256. */
  readonly removalsAtOnce?: number
  /** Called for each item that was tried. */
  readonly onItem?: (item: PlannedRemoval, bytesFreed: number) => void
}

/** What came of a sweep. Items planned = removed, absent, skipped, failed and left. */
export interface Swept {
  readonly removed: Removed
  /** How large all that was that is removed; what is free now for it is `removed.bytes`. */
  readonly removedSizeBytes: number
  readonly byCause: RemovedByCause
  readonly byRepository: Readonly<Record<string, Removed>>
  readonly skipped: number
  readonly failures: readonly CollectionFailure[]
  readonly left: Removed
  readonly endedBy: 'done' | 'stopped' | 'time limit'
  /** Blobs that are gone now. */
  readonly gone: ReadonlySet<Digest>
}

const defaultRemovalsAtOnce = 256
/** As many of a strand are asked for together: whoever removes them can do so in one go. */
const removalsTogether = 32
/** A broken disk would otherwise fill the result with a line for each blob. */
const failuresListed = 1000

/**
 * Destroys what is planned, step by step in the order of `removalSteps`, so that a crash leaves
 * only orphaned bytes. What turns out to be in use, or cannot be removed, stays with all that it
 * leads to. Never rejects: failures are collected.
 */
export async function sweep(
  { plan, dependencies }: PlannedCollection,
  { remover, yielder, over, onItem, removalsAtOnce = defaultRemovalsAtOnce }: SweepOptions,
): Promise<Swept> {
  const removed = createTally()
  const left = createTally()
  const retained = createRetainedSet(dependencies)
  const gone = new Set<Digest>()
  const failedBlobs = new Set<Digest>()
  const failures: CollectionFailure[] = []
  let failed = 0
  let removedSizeBytes = 0
  let skipped = 0
  let endedBy: Swept['endedBy'] = 'done'

  const isUnfinished = (item: PlannedRemoval): boolean =>
    item.step === 'trash-entry' &&
    failedBlobs.size > 0 &&
    dependencies.ofKeeping(item).some((digest) => failedBlobs.has(digest))

  async function attempt(item: PlannedRemoval): Promise<RemovalOutcome | null> {
    try {
      return await remover.remove(item, plan.inventoryStartedAtMs)
    } catch (error) {
      failed += 1
      if (failures.length < failuresListed) {
        failures.push({ subject: subjectOf(item), reason: reasonOf(error) })
      }
      if (item.step === 'blob' && item.digest !== null) failedBlobs.add(item.digest)
      return null
    }
  }

  async function take(item: PlannedRemoval): Promise<void> {
    // A removal takes as long as many other steps.
    const pending = yielder.step(stepsBetweenLooks)
    if (pending) await pending
    if (endedBy === 'done') endedBy = over() ?? 'done'
    if (endedBy !== 'done') {
      left.add(item, item.sizeBytes)
      return
    }
    let bytesFreed = 0
    if (retained.contains(item) || isUnfinished(item)) {
      retained.add(item)
      skipped += 1
    } else {
      const outcome = await attempt(item)
      if (outcome?.kind === 'removed') {
        bytesFreed = freesBytes(item) ? outcome.bytes : 0
        removed.add(item, bytesFreed)
        if (freesBytes(item)) removedSizeBytes += item.sizeBytes
      }
      const stays = outcome?.kind === 'in use' || wasTakenAway(item, outcome)
      if (stays) skipped += 1
      if (outcome === null || stays) retained.add(item)
      else if (item.step === 'blob' && item.digest !== null) gone.add(item.digest)
    }
    onItem?.(item, bytesFreed)
  }

  for (const { strands, strandsAtOnce, together } of stages(plan.items, removalsAtOnce)) {
    await inParallel(strands, strandsAtOnce, async (strand) => {
      for (const some of inSlices(strand, together)) await Promise.all(some.map(take))
    })
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
    left: left.totals(),
    endedBy,
    gone,
  }
}

interface Stage {
  readonly strands: Iterable<readonly PlannedRemoval[]>
  readonly strandsAtOnce: number
  /** How many of one strand at a time. */
  readonly together: number
}

/**
 * One stage is over before the next begins. Manifests are unlinked one after the other, for what one
 * keeps is left alone by those after it; and go after all layers, so that what is left by a crash
 * still says what it was.
 */
function* stages(items: PlannedItems, removalsAtOnce: number): Generator<Stage> {
  const together = Math.min(removalsTogether, removalsAtOnce)
  const strandsAtOnce = Math.max(1, Math.floor(removalsAtOnce / together))
  const stage = (some: Iterable<PlannedRemoval>): Stage => ({
    strands: strandsOf(some, together),
    strandsAtOnce,
    together,
  })
  for (const step of removalSteps) {
    if (step === 'revision') {
      yield { strands: [[...items.ofStep(step)]], strandsAtOnce: 1, together: 1 }
    } else if (step === 'blob') {
      const manifests: PlannedRemoval[] = []
      yield stage(othersThanManifests(items.ofStep(step), manifests))
      yield stage(manifests)
    } else yield stage(items.ofStep(step))
  }
}

/** Passes on all but manifests, and puts those aside. */
function* othersThanManifests(
  items: Iterable<PlannedRemoval>,
  manifests: PlannedRemoval[],
): Generator<PlannedRemoval> {
  for (const item of items) {
    if (item.isManifest) manifests.push(item)
    else yield item
  }
}

/**
 * Nothing but this run removes what it planned to withdraw. Gone all the same, it was restored, or
 * deleted by somebody whose trash entry the inventory has not seen: what it leads to is theirs now.
 */
const wasTakenAway = ({ step }: PlannedRemoval, outcome: RemovalOutcome | null): boolean =>
  outcome?.kind === 'absent' && (step === 'trash-claim' || step === 'revision')

/** What a person would call it. */
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
