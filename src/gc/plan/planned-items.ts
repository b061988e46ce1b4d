import {
  removalSteps,
  type PlannedRemoval,
  type RemovalStep,
} from '#domain/collection/collection-result.ts'
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

/** All items, in the order of destruction. */
export function* everyItem(source: PlanSource): Generator<PlannedRemoval> {
  for (const step of removalSteps) yield* itemsOfStep[step](source)
}

/** @param length how many there are, counted in an earlier walk */
export const plannedItems = (source: PlanSource, length: number): PlannedItems => ({
  length,
  ofStep: (step) => itemsOfStep[step](source),
  toArray: () => [...everyItem(source)],
  [Symbol.iterator]: () => everyItem(source),
})

/** Items that are there already, in the order of destruction. */
export const listedItems = (items: readonly PlannedRemoval[]): PlannedItems => ({
  length: items.length,
  ofStep: (step) => items.filter((item) => item.step === step),
  toArray: () => items,
  [Symbol.iterator]: () => items[Symbol.iterator](),
})
