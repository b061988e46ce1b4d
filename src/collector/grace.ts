import type { Candidates } from './candidates.ts'
import { inParallel } from './in-parallel.ts'
import type { Inventory } from './inventory.ts'
import type { Marking } from './mark.ts'
import type { Pace } from './pace.ts'
import type { RegistryReader } from './ports.ts'
import { reading, readsAtOnce } from './reading.ts'
import { createWalker, noAttachments } from './walker.ts'

/**
 * For stores that others write to while a collection runs: keeps blobs, and blobs linked as layers,
 * that are younger than the grace window, with all they reach. Returns what is kept so.
 */
export async function keepRecent(options: {
  readonly reader: RegistryReader
  readonly inventory: Inventory
  readonly marking: Marking
  readonly candidates: Candidates
  readonly graceMs: number
  readonly pace: Pace
}): Promise<ReadonlySet<number>> {
  const { inventory, marking, candidates, graceMs, pace } = options
  const { graph, startedAtMs } = inventory
  const isYoung = (writtenAtMs: number): boolean => startedAtMs - writtenAtMs < graceMs
  const young = await recentlyLinked(options, isYoung)
  for (const [position, node] of candidates.blobs.entries()) {
    if (isYoung(candidates.modifiedAtMs[position] ?? startedAtMs)) young.add(node)
  }
  const walker = createWalker(graph)
  walker.begin(noAttachments)
  for (const root of young) {
    walker.add(root)
    for (let node = walker.next(); node >= 0; node = walker.next()) {
      marking.kept.set(node, 1)
      young.add(node)
      const rest = pace.step()
      if (rest) await rest
    }
  }
  return young
}

async function recentlyLinked(
  { reader, inventory, marking, pace }: Parameters<typeof keepRecent>[0],
  isYoung: (linkedAtMs: number) => boolean,
): Promise<Set<number>> {
  const young = new Set<number>()
  for (const [position, repository] of inventory.repositories.entries()) {
    const loose = marking.repositories[position]?.looseLayers ?? []
    await inParallel(loose, readsAtOnce, async (node) => {
      const digest = inventory.graph.digestOf(node)
      const linkedAtMs = await reading('STORAGE_FAILED', `reading the age of ${digest}`, () =>
        reader.linkedAtMs(repository.name, digest),
      )
      if (linkedAtMs === null || isYoung(linkedAtMs)) young.add(node)
      const rest = pace.step()
      if (rest) await rest
    })
  }
  return young
}
