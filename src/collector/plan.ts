import {
  removalSteps,
  type PlannedRemoval,
  type Removed,
  type RemovedByCause,
} from '#domain/collection-result.ts'
import type { Assessment } from './assess.ts'
import { attribute } from './attribute.ts'
import { consequencesOf, createWithheld, type Consequences } from './consequences.ts'
import type { Pace } from './pace.ts'
import { itemsOfStep } from './plan-items.ts'
import type { InventoryFault } from './ports.ts'
import { createTally } from './tally.ts'

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

/** A plan, and what of it hangs together. */
export interface PlannedCollection {
  readonly plan: CollectionPlan
  readonly consequences: Consequences
}

export interface PlanOptions {
  readonly uploadAgeMs: number
  readonly pace: Pace
}

/** Says what goes, why, where it came from and how much that is. Changes nothing. */
export async function makePlan(
  assessment: Assessment,
  { uploadAgeMs, pace }: PlanOptions,
): Promise<PlannedCollection> {
  const { inventory, marking } = assessment
  const attribution = await attribute(assessment, pace)
  const items: PlannedRemoval[] = []
  for (const step of removalSteps) {
    for (const item of itemsOfStep[step]({ assessment, attribution, uploadAgeMs })) {
      items.push(item)
      const rest = pace.step()
      if (rest) await rest
    }
  }
  let storedBytes = 0
  for (let node = 0; node < inventory.graph.size; node += 1) {
    if (inventory.graph.stored.get(node) === 1) storedBytes += inventory.graph.sizes.get(node)
    const rest = pace.step()
    if (rest) await rest
  }
  const plan = planOf(items, {
    inventoryStartedAtMs: inventory.startedAtMs,
    storedBlobs: inventory.storedBlobs,
    storedBytes,
    faults: marking.faults,
  })
  return { plan, consequences: consequencesOf(assessment) }
}

/**
 * What of a plan may go when a run is to do at most what an earlier plan said. An item whose image
 * or link is not in the earlier plan stays, and so does all that it needs.
 */
export function restrictPlan(
  { plan, consequences }: PlannedCollection,
  atMost: readonly PlannedRemoval[],
): PlannedCollection {
  const allowed = new Set(atMost.map(keyOf))
  const withheld = createWithheld(consequences)
  const items = plan.items.filter((item) => {
    if (allowed.has(keyOf(item)) && !withheld.blocks(item)) return true
    withheld.add(item)
    return false
  })
  return { plan: planOf(items, plan), consequences }
}

// A line break is in no name, digest or identifier.
const keyOf = ({ step, repository, digest, name }: PlannedRemoval): string =>
  [step, step === 'blob' ? '' : repository, digest, name].join('\n')

function planOf(
  items: readonly PlannedRemoval[],
  about: Pick<CollectionPlan, 'inventoryStartedAtMs' | 'storedBlobs' | 'storedBytes' | 'faults'>,
): CollectionPlan {
  const tally = createTally()
  for (const item of items) tally.add(item, item.sizeBytes)
  const { inventoryStartedAtMs, storedBlobs, storedBytes, faults } = about
  return {
    inventoryStartedAtMs,
    items,
    totals: tally.totals(),
    byCause: tally.byCause(),
    byRepository: tally.byRepository(),
    largest: largestOf(items),
    storedBlobs,
    storedBytes,
    faults,
  }
}

const largestShown = 100

/** Keeps a short sorted list instead of sorting half a million items at a stretch. */
function largestOf(items: readonly PlannedRemoval[]): readonly PlannedRemoval[] {
  let largest: PlannedRemoval[] = []
  let floor = 0
  for (const item of items) {
    if (item.sizeBytes <= floor) continue
    largest.push(item)
    if (largest.length < largestShown * 2) continue
    largest = sortedBySize(largest)
    floor = largest.at(-1)?.sizeBytes ?? 0
  }
  return sortedBySize(largest)
}

const sortedBySize = (items: readonly PlannedRemoval[]): PlannedRemoval[] =>
  items.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, largestShown)
