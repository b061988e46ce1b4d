import { removalSteps, type PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { directoryBatches } from './batches-by-folder.ts'
import type { DependencyMap } from '../plan/dependency-map.ts'
import type { RemovalList } from '../plan/removal-list.ts'

/** Items that are decided and removed together, in any order. */
export type Batch = readonly PlannedRemoval[]

/**
 * A stage ends before the next begins. Its chains may run at once, the batches of one chain one
 * after the other.
 */
export interface Stage {
  readonly chains: Iterable<readonly Batch[]>
}

/**
 * The items in the order of destruction. Manifests go after all layers, so that what is left by a
 * crash still says what it was.
 * @param atMost how many items a batch may have
 */
export function* stagesOf(
  items: RemovalList,
  dependencies: DependencyMap,
  atMost: number,
): Generator<Stage> {
  for (const step of removalSteps) {
    if (step === 'revision') {
      yield { chains: chainsOfRevisions(items.ofStep(step), dependencies, atMost) }
    } else if (step === 'blob') {
      const manifests: PlannedRemoval[] = []
      yield { chains: chainsOf(withoutManifests(items.ofStep(step), manifests), atMost) }
      yield { chains: chainsOf(manifests, atMost) }
    } else yield { chains: chainsOf(items.ofStep(step), atMost) }
  }
}

function* chainsOf(items: Iterable<PlannedRemoval>, atMost: number): Generator<readonly Batch[]> {
  for (const together of directoryBatches(items, atMost)) {
    for (const batch of inSlices(together, atMost)) yield [batch]
  }
}

/** Passes on all but manifests, and puts those aside. */
function* withoutManifests(
  items: Iterable<PlannedRemoval>,
  manifests: PlannedRemoval[],
): Generator<PlannedRemoval> {
  for (const item of items) {
    if (item.isManifest) manifests.push(item)
    else yield item
  }
}

/**
 * The manifests that a repository unlinks: first those that no other of them leads to, then those
 * that only the first lead to, and so on. If one stays, the batches after it leave alone what it
 * keeps.
 * @param items the outermost first, as a plan has them
 */
function* chainsOfRevisions(
  items: Iterable<PlannedRemoval>,
  dependencies: DependencyMap,
  atMost: number,
): Generator<readonly Batch[]> {
  for (const ofRepository of byRepository(items)) {
    const levels: PlannedRemoval[][] = []
    const levelOf = new Map<Digest, number>()
    for (const item of ofRepository) {
      const own = item.digest === null ? null : dependencies.storedAs(item.digest)
      const level = (own === null ? undefined : levelOf.get(own)) ?? 0
      const others = levels[level]
      if (others) others.push(item)
      else levels[level] = [item]
      for (const digest of dependencies.ofKeeping(item)) {
        if (digest !== own) levelOf.set(digest, Math.max(level + 1, levelOf.get(digest) ?? 0))
      }
    }
    yield levels.flatMap((level) => [...inSlices(level, atMost)])
  }
}

/** Groups consecutive items of one repository. */
function* byRepository(items: Iterable<PlannedRemoval>): Generator<readonly PlannedRemoval[]> {
  let some: PlannedRemoval[] = []
  for (const item of items) {
    if (some.length > 0 && some[0]?.repository !== item.repository) {
      yield some
      some = []
    }
    some.push(item)
  }
  if (some.length > 0) yield some
}
