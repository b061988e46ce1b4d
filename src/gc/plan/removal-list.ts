import {
  removalSteps,
  type PlannedRemoval,
  type RemovalStep,
} from '#domain/collection/collection-result.ts'
import { removalsOfStep, type PlanSource } from './removals-by-step.ts'

/**
 * The removals of a plan in the order of destruction (`removalSteps`). Those of half a million
 * blobs would take as much memory as the rest of a collection, so they may be computed again each
 * time they are walked, with the same result each time.
 */
export interface RemovalList extends Iterable<PlannedRemoval> {
  readonly length: number
  ofStep(step: RemovalStep): Iterable<PlannedRemoval>
  toArray(): readonly PlannedRemoval[]
}

/** All removals, in the order of destruction. */
function* allRemovals(source: PlanSource): Generator<PlannedRemoval> {
  for (const step of removalSteps) yield* removalsOfStep[step](source)
}

/** @param length how many removals there are, counted in an earlier walk */
export const lazyRemovals = (source: PlanSource, length: number): RemovalList => ({
  length,
  ofStep: (step) => removalsOfStep[step](source),
  toArray: () => [...allRemovals(source)],
  [Symbol.iterator]: () => allRemovals(source),
})

/** Removals of a list, in the order of destruction. */
export const listedRemovals = (items: readonly PlannedRemoval[]): RemovalList => ({
  length: items.length,
  ofStep: (step) => items.filter((item) => item.step === step),
  toArray: () => items,
  [Symbol.iterator]: () => items[Symbol.iterator](),
})
