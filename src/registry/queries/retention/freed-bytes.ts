import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import type { Graphs } from '../layer-use.ts'

/** What goes from a repository. */
export interface Going {
  /** All manifests. */
  readonly manifests: ReadonlySet<Digest>
  /** Those of them that were chosen; the others go with these. In the order of counting. */
  readonly chosen: readonly Digest[]
}

/** What all manifests of the registry refer to, and themselves; each blob once. */
export async function bytesOfAll(graphs: Graphs, pause: Pause): Promise<number> {
  const maybeYield = createMaybeYield(pause)
  const counted = new Set<BlobNode>()
  let bytes = 0
  for (const graph of graphs.values()) {
    for (const node of graph.manifests.values()) {
      for (const blob of [node.blob, ...node.references]) {
        if (counted.has(blob)) continue
        counted.add(blob)
        bytes += blob.sizeBytes
      }
      const yielding = maybeYield()
      if (yielding) await yielding
    }
  }
  return bytes
}

/**
 * What would be free, if all of these went together: each blob that nothing else in the registry
 * refers to counts once, for the first of the chosen images that leads to it.
 */
export async function bytesFreedBy(
  graphs: Graphs,
  going: ReadonlyMap<RepositoryName, Going>,
  pause: Pause,
): Promise<ReadonlyMap<RepositoryName, ReadonlyMap<Digest, number>>> {
  const maybeYield = createMaybeYield(pause)
  const counts = new Map<BlobNode, number>()
  for (const [repository, { manifests }] of going) {
    const graph = graphs.get(repository)
    for (const digest of manifests) {
      const node = graph?.manifest(digest)
      if (node === undefined) continue
      for (const blob of [node.blob, ...node.references]) {
        counts.set(blob, (counts.get(blob) ?? 0) + 1)
      }
      const yielding = maybeYield()
      if (yielding) await yielding
    }
  }
  const counted = new Set<BlobNode>()
  const freed = new Map<RepositoryName, Map<Digest, number>>()
  for (const [repository, { manifests, chosen }] of going) {
    const graph = graphs.get(repository)
    const seen = new Set<Digest>()
    const ofRepository = new Map<Digest, number>()
    freed.set(repository, ofRepository)
    for (const image of graph === undefined ? [] : chosen) {
      let bytes = 0
      const waiting = [image]
      for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
        const node = graph?.manifest(digest)
        if (graph === undefined || node === undefined || seen.has(digest)) continue
        if (!manifests.has(digest)) continue
        seen.add(digest)
        for (const blob of [node.blob, ...node.references]) {
          if (counted.has(blob) || counts.get(blob) !== blob.referenceCount) continue
          counted.add(blob)
          bytes += blob.sizeBytes
        }
        const below = graph.view.isIndex(node.blob) ? node.references : []
        for (const other of [...below, ...graph.view.referrersOf(node.blob)]) {
          waiting.push(other.digest)
        }
        const yielding = maybeYield()
        if (yielding) await yielding
      }
      ofRepository.set(image, bytes)
    }
  }
  return freed
}
