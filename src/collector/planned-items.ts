import { removalSteps, type PlannedRemoval, type RemovalStep } from '#domain/collection-result.ts'
import { itemsOfStep, type PlanSource } from './plan-items.ts'

/**
 * The items of a plan in the order of destruction (`removalSteps`). Those of half a million blobs
 * would take as much memory as all else that a collection knows, so they may be made anew each time
 * they are walked; they are the same each time.
 */
export interface PlannedItems extends Iterable<PlannedRemoval> {
  readonly length: number
  ofStep(step: RemovalStep): Iterable<PlannedRemoval>
  toArray(): readonly PlannedRemoval[]
}

/** @param length how many there are, counted in an earlier walk */
export function plannedItems(source: PlanSource, length: number): PlannedItems {
  function* all(): Generator<PlannedRemoval> {
    for (const step of removalSteps) yield* itemsOfStep[step](source)
  }
  return {
    length,
    ofStep: (step) => itemsOfStep[step](source),
    toArray: () => [...all()],
    [Symbol.iterator]: all,
  }
}

/** Items that are there already, in the order of destruction. */
export const listedItems = (items: readonly PlannedRemoval[]): PlannedItems => ({
  length: items.length,
  ofStep: (step) => items.filter((item) => item.step === step),
  toArray: () => items,
  [Symbol.iterator]: () => items[Symbol.iterator](),
})
