import {
  removalSteps,
  type PlannedRemoval,
  type Removed,
  type RemovedByCause,
} from '#domain/collection/collection-result.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import { assignCauses } from './assign-causes.ts'
import { dependencyMapOf, createRetainedSet, type DependencyMap } from './dependency-map.ts'
import type { Yielder } from '../yielder.ts'
import { listedRemovals, lazyRemovals, type RemovalList } from './removal-list.ts'
import { countLayerLinks, removalsOfStep } from './removals-by-step.ts'
import type { InventoryFault } from '../ports/registry-reader.ts'
import { createTally } from './tally.ts'

/** What a collection would do. A value: it can be stored, shown, and given to a later run. */
export interface CollectionPlan {
  /** When its inventory began. Milliseconds since the epoch. */
  readonly inventoryStartedAtMs: number
  readonly items: RemovalList
  readonly totals: Removed
  readonly byCause: RemovedByCause
  /** The key is the repository's name, or `noRepository`. */
  readonly byRepository: Readonly<Record<string, Removed>>
  /** Bytes of all blobs on storage, as far as sizes are known without asking for each. */
  readonly storedBytes: number
  /** What could not be read, and what is kept because of it. */
  readonly faults: readonly InventoryFault[]
}

/** A plan, and the dependencies between its items. */
export interface PlannedCollection {
  readonly plan: CollectionPlan
  readonly dependencies: DependencyMap
}

/** Lists what a collection would remove, with cause, origin and size. Changes nothing. */
export async function makePlan(analysis: GcAnalysis, yielder: Yielder): Promise<PlannedCollection> {
  const { inventory, marking } = analysis
  const causeMap = await assignCauses(analysis, yielder)
  const source = { analysis, causeMap, digestOf: inventory.graph.digestOf }
  const summary = createSummary()
  for (const step of removalSteps) {
    if (step === 'layer-link') continue
    for (const item of removalsOfStep[step]({ ...source, digestOf: () => null })) {
      summary.add(item)
      const pending = yielder.step()
      if (pending) await pending
    }
  }
  let storedBytes = 0
  for (let node = 0; node < inventory.graph.size; node += 1) {
    if (inventory.graph.stored.get(node) === 1) storedBytes += inventory.graph.sizes.get(node)
    const pending = yielder.step()
    if (pending) await pending
  }
  const plan: CollectionPlan = {
    inventoryStartedAtMs: inventory.startedAtMs,
    // Links are half of all removals, and free nothing that the summary adds up.
    items: lazyRemovals(source, summary.count() + countLayerLinks(analysis)),
    ...summary.totals(),
    storedBytes,
    faults: marking.faults,
  }
  return { plan, dependencies: dependencyMapOf(analysis) }
}

/**
 * Restricts a plan to the items of an earlier one. An item whose image or link is not in the
 * earlier plan stays, and so does everything that it needs.
 */
export function restrictPlan(
  { plan, dependencies }: PlannedCollection,
  atMost: readonly PlannedRemoval[],
): PlannedCollection {
  const allowed = new Set(atMost.map(keyOf))
  const retained = createRetainedSet(dependencies)
  const items: PlannedRemoval[] = []
  const summary = createSummary()
  for (const item of plan.items) {
    if (allowed.has(keyOf(item)) && !retained.contains(item)) {
      items.push(item)
      summary.add(item)
    } else retained.add(item)
  }
  return { plan: { ...plan, items: listedRemovals(items), ...summary.totals() }, dependencies }
}

// No name, digest or identifier contains a line break.
const keyOf = ({ step, repository, digest, name }: PlannedRemoval): string =>
  [step, step === 'blob' ? '' : repository, digest, name].join('\n')

type Summary = Pick<CollectionPlan, 'totals' | 'byCause' | 'byRepository'>

/** The sums of a plan, item by item. */
function createSummary() {
  const tally = createTally()
  let count = 0
  return {
    add(item: PlannedRemoval): void {
      count += 1
      tally.add(item, item.sizeBytes)
    },
    count: (): number => count,
    totals: (): Summary => ({
      totals: tally.totals(),
      byCause: tally.byCause(),
      byRepository: tally.byRepository(),
    }),
  }
}
