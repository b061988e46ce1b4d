import { findCandidates } from './candidates.ts'
import { takeInventory, type Inventory } from '../inventory/inventory.ts'
import { mark, type Marking, type MarkOptions } from './mark.ts'
import type { Yielder } from '../yielder.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { keepRetainedByBroken, keepManifests } from './keep-in-doubt.ts'
import { oldUntagged } from './expire-untagged.ts'
import type { CollectionPolicy } from '#domain/policy/collection-policy.ts'

/** The part of a policy that says what is garbage. */
export interface GarbagePolicy extends Pick<
  CollectionPolicy,
  'collectUntagged' | 'untaggedMinimumAgeHours'
> {
  /** Images deleted at or after this instant stay this time. Milliseconds since the epoch. */
  readonly spareDeletedSinceMs?: number
}

export interface MarkingOptions {
  readonly reader: Pick<RegistryReader, 'manifests' | 'stat' | 'linkedAtMs'>
  readonly yielder: Yielder
  /** Untagged manifests expire past this age; null: never. */
  readonly untaggedMinimumAgeMs: number | null
  readonly spareDeletedSinceMs?: MarkOptions['spareDeletedSinceMs']
  readonly report?: MarkOptions['report']
}

export interface AnalysisOptions extends MarkingOptions {
  readonly reader: RegistryReader
  readonly nowMs: number
}

/** The inventory, and what of it is garbage. Nothing is changed for it. */
export interface GcAnalysis {
  readonly inventory: Inventory
  readonly marking: Marking
  /** Blobs on storage that are not kept, with known sizes. */
  readonly garbage: readonly number[]
  /** Manifests on storage that no repository links, and no trash entry names. */
  readonly unlinked: readonly number[]
}

/** When untagged manifests expire under a policy; null: never. */
export const untaggedMinimumAgeMsOf = (policy: GarbagePolicy): number | null =>
  policy.collectUntagged ? policy.untaggedMinimumAgeHours * 3_600_000 : null

/** Reads all that is stored. Rejects with `CollectionError` or `CollectionStopped`. */
export async function readInventory(
  reader: RegistryReader,
  nowMs: number,
  yielder: Yielder,
): Promise<Inventory> {
  const inventory = await takeInventory(reader, nowMs, yielder)
  await reader.saveCache?.()
  return inventory
}

/** Takes the inventory and marks it. Rejects with `CollectionError` or `CollectionStopped`. */
export async function analyze({ nowMs, ...options }: AnalysisOptions): Promise<GcAnalysis> {
  const inventory = await readInventory(options.reader, nowMs, options.yielder)
  const analysis = await analyzeInventory(inventory, options)
  // The manifests among the garbage, which the inventory does not read.
  await options.reader.saveCache?.()
  return analysis
}

/** Marks an inventory, whose graph grows by what is found out about the garbage. */
export async function analyzeInventory(
  inventory: Inventory,
  { reader, yielder, untaggedMinimumAgeMs, spareDeletedSinceMs, report }: MarkingOptions,
): Promise<GcAnalysis> {
  const marking = await mark(inventory, {
    yielder,
    report,
    spareDeletedSinceMs,
    expire:
      untaggedMinimumAgeMs === null ? null : oldUntagged(reader, inventory, untaggedMinimumAgeMs),
  })
  const candidates = await findCandidates(reader, inventory, marking, yielder)
  keepRetainedByBroken(candidates, inventory.graph, marking)
  if (marking.manifestsStay) keepManifests(candidates, inventory.graph, marking)
  const isGarbage = (node: number): boolean => marking.kept.get(node) === 0
  return {
    inventory,
    marking,
    garbage: candidates.blobs.filter(isGarbage),
    unlinked: candidates.unlinked.filter(isGarbage),
  }
}
