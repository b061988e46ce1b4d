import type { Pause } from '#collector/ports.ts'
import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import type { BlobNode } from './blob-table.ts'
import { createBreather } from './breather.ts'
import type { LayerUse } from './registry-index.ts'
import type { RepositoryGraph } from './repository-graph.ts'

/** The tags of a manifest, or of the indexes that list it. */
function tagsShowing(graph: RepositoryGraph, digest: Digest): readonly TagName[] {
  const tags = new Set(graph.tagsOf(digest))
  const seen = new Set([digest])
  for (const manifest of seen) {
    for (const parent of graph.parentsOf(manifest)) {
      for (const tag of graph.tagsOf(parent)) tags.add(tag)
      seen.add(parent)
    }
  }
  return [...tags].toSorted()
}

/**
 * Who else holds these blobs: every manifest that is not in the unit, with those of the blobs that
 * it holds. Looks at every manifest of the registry, so it is for one image, not for a list.
 */
export async function findUses(
  graphs: ReadonlyMap<RepositoryName, RepositoryGraph>,
  blobs: ReadonlySet<BlobNode>,
  unit: { readonly repository: RepositoryName; readonly manifests: ReadonlyMap<Digest, unknown> },
  pause: Pause,
): Promise<ReadonlyMap<LayerUse, readonly BlobNode[]>> {
  const uses = new Map<LayerUse, readonly BlobNode[]>()
  if (blobs.size === 0) return uses
  const breathe = createBreather(pause)
  for (const [repository, graph] of graphs) {
    for (const node of graph.manifests.values()) {
      await breathe()
      if (repository === unit.repository && unit.manifests.has(node.digest)) continue
      const held = [node.blob, ...node.references].filter((blob) => blobs.has(blob))
      if (held.length === 0) continue
      uses.set({ repository, digest: node.digest, tags: tagsShowing(graph, node.digest) }, held)
    }
  }
  return uses
}
