import { inParallel } from '../in-parallel.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { MarkOptions } from './mark.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { readOrFail, readsAtOnce } from '../inventory/read-or-fail.ts'

/**
 * Expires untagged manifests that were linked long enough ago. If the link is gone since the
 * inventory, another client is deleting the manifest: it is left alone.
 */
export function oldUntagged(
  reader: Pick<RegistryReader, 'linkedAtMs'>,
  inventory: Inventory,
  minimumAgeMs: number,
): NonNullable<MarkOptions['expire']> {
  const { graph, startedAtMs } = inventory
  return async (repository, untagged) => {
    const old = new Set<number>()
    await inParallel(untagged, readsAtOnce, async (node) => {
      const digest = graph.digestOf(node)
      const linkedAtMs = await readOrFail('STORAGE_FAILED', `reading the age of ${digest}`, () =>
        reader.linkedAtMs(repository, digest),
      )
      if (linkedAtMs !== null && startedAtMs - linkedAtMs >= minimumAgeMs) old.add(node)
    })
    return old
  }
}
