import { sortedNaturally } from '#domain/values/natural-order.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import { referenceCountsOf, totalBytes } from '#graph/algorithms/exclusive-bytes.ts'
import { reachableFrom } from '#graph/algorithms/reachability.ts'
import type { ImageSummary, RepositorySummary } from './repository-queries.ts'
import type { ManifestNode, RepositoryGraph } from '#graph/live/repository-graph.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'

/** @param tags the tags that show it, sorted, where the caller has them */
export function summarizeImage(
  graph: RepositoryGraph,
  node: ManifestNode,
  tags: readonly TagName[] = sortedNaturally(graph.tagsOf(node.digest)),
): ImageSummary {
  const { view } = graph
  const reachable = reachableFrom(view, [node.blob])
  const attached = [...reachable].flatMap(([blob, role]) => {
    const artifact = role === 'attached' ? graph.manifest(blob.digest) : undefined
    if (artifact === undefined) return []
    const sizeBytes = totalBytes(view, referenceCountsOf(view, [blob]).keys())
    return [{ digest: blob.digest, artifactType: typeOfAttached(artifact), sizeBytes }]
  })
  return {
    digest: node.digest,
    mediaType: node.mediaType,
    kind: node.kind,
    sizeBytes: totalBytes(view, referenceCountsOf(view, reachable.keys()).keys()),
    platforms: node.platforms,
    platformDigests: node.kind === 'index' ? node.references.map(({ digest }) => digest) : [],
    tags,
    attached,
  }
}

/**
 * The type of an attached manifest: its own artifact type, that of cosign's layers, or for a list
 * of other manifests its media type.
 */
const typeOfAttached = ({ artifactType, cosignType, kind, mediaType }: ManifestNode) =>
  artifactType ?? cosignType ?? (kind === 'index' ? mediaType : null)

export async function summarizeRepository(
  name: RepositoryName,
  graph: RepositoryGraph,
  pause: Pause,
): Promise<RepositorySummary> {
  const maybeYield = createMaybeYield(pause)
  const seen = new Set<BlobNode>()
  for (const node of graph.manifests.values()) {
    seen.add(node.blob)
    for (const reference of node.references) seen.add(reference)
    await maybeYield()
  }
  let lastPushedAtMs: number | null = null
  for (const { linkedAtMs } of graph.tags.values()) {
    if (lastPushedAtMs === null || linkedAtMs > lastPushedAtMs) lastPushedAtMs = linkedAtMs
  }
  return {
    name,
    tagCount: graph.tags.size,
    manifestCount: graph.manifests.size,
    sizeBytes: totalBytes(graph.view, seen),
    lastPushedAtMs,
    unreadable: [...graph.unreadable],
  }
}
