import { sortedNaturally } from '#domain/values/natural-order.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BlobNode } from '../live/blob-table.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RepositoryGraph } from '../live/repository-graph.ts'

export interface LayerUse {
  readonly repository: RepositoryName
  readonly digest: Digest
  /** Tags of that manifest, or of an index that lists it. */
  readonly tags: readonly TagName[]
}

/** The tags of a manifest, and of the indexes that list it. */
function tagsShowing(graph: RepositoryGraph, digest: Digest): readonly TagName[] {
  const tags = new Set(graph.tagsOf(digest))
  const seen = new Set([digest])
  for (const manifest of seen) {
    for (const parent of graph.parentsOf(manifest)) {
      for (const tag of graph.tagsOf(parent)) tags.add(tag)
      seen.add(parent)
    }
  }
  return sortedNaturally([...tags])
}

/** A manifest outside a unit, with those blobs of the question that it refers to. */
export interface FoundUse {
  readonly repository: RepositoryName
  readonly graph: RepositoryGraph
  readonly digest: Digest
  readonly blobs: readonly BlobNode[]
}

/**
 * Visits every manifest outside the unit that refers to one of these blobs. It walks all manifests
 * of the registry and may visit as many, so call it for one question only, and keep little of each
 * visit.
 */
export async function visitUses(
  graphs: ReadonlyMap<RepositoryName, RepositoryGraph>,
  blobs: ReadonlySet<BlobNode>,
  unit: { readonly repository: RepositoryName; readonly manifests: ReadonlyMap<Digest, unknown> },
  visit: (use: FoundUse) => void,
  pause: Pause,
): Promise<void> {
  if (blobs.size === 0) return
  const maybeYield = createMaybeYield(pause)
  for (const [repository, graph] of graphs) {
    for (const node of graph.manifests.values()) {
      await maybeYield()
      if (repository === unit.repository && unit.manifests.has(node.digest)) continue
      const used = [node.blob, ...node.references].filter((blob) => blobs.has(blob))
      if (used.length > 0) visit({ repository, graph, digest: node.digest, blobs: used })
    }
  }
}

/** The use with its tags, in the form that people see. */
export const shownUse = ({
  repository,
  graph,
  digest,
}: Pick<FoundUse, 'repository' | 'graph' | 'digest'>): LayerUse => ({
  repository,
  digest,
  tags: tagsShowing(graph, digest),
})
