import { findCandidates } from '../mark/candidates.ts'
import { takeInventory, type Inventory } from '../inventory/inventory.ts'
import { mark, type Marking, type MarkOptions } from '../mark/mark.ts'
import type { Yielder } from '../yielder.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { keepRetainedByBroken, keepManifests } from '../mark/unlinked.ts'
import { oldUntagged } from '../mark/untagged.ts'

export interface AnalysisOptions {
  readonly reader: RegistryReader
  readonly nowMs: number
  readonly yielder: Yielder
  /** Untagged manifests expire past this age; null: never. */
  readonly untaggedMinimumAgeMs: number | null
  readonly report?: MarkOptions['report']
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

/** Takes the inventory and marks it. Rejects with `CollectionError` or `CollectionStopped`. */
export async function analyze(options: AnalysisOptions): Promise<GcAnalysis> {
  const { reader, nowMs, yielder, untaggedMinimumAgeMs, report } = options
  const inventory = await takeInventory(reader, nowMs, yielder)
  await reader.saveCache?.()
  const marking = await mark(inventory, {
    yielder,
    report,
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
