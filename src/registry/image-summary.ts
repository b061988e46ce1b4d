import type { Pause } from '#collector/ports.ts'
import type { Digest } from '#domain/digest.ts'
import type { BlobNode } from './blob-table.ts'
import { holdingsOf, totalBytes } from './held-bytes.ts'
import { reachableFrom } from './image-unit.ts'
import type { ImageSummary, RepositorySummary, TagSummary } from './registry-index.ts'
import type { ManifestNode, RepositoryGraph } from './repository-graph.ts'
import { createBreather } from './breather.ts'
import { sortGently } from './sort-gently.ts'
import type { RepositoryName } from '#domain/repository-name.ts'

export function summarizeImage(graph: RepositoryGraph, node: ManifestNode): ImageSummary {
  const reachable = reachableFrom(graph, [node.digest])
  const attached = [...reachable].flatMap(([digest, role]) => {
    const artifact = role === 'attached' ? graph.manifest(digest) : undefined
    if (artifact === undefined) return []
    const sizeBytes = totalBytes(holdingsOf(graph, [digest]).keys())
    return [{ digest, artifactType: artifact.artifactType, sizeBytes }]
  })
  return {
    digest: node.digest,
    mediaType: node.mediaType,
    kind: node.kind,
    sizeBytes: totalBytes(holdingsOf(graph, reachable.keys()).keys()),
    platforms: node.platforms,
    tags: graph.tagsOf(node.digest).toSorted(),
    attached,
  }
}

/** All tags by name; those of one image share its summary. */
export async function summarizeTags(
  graph: RepositoryGraph,
  pause: Pause,
): Promise<readonly TagSummary[]> {
  const images = new Map<Digest, ImageSummary>()
  const breathe = createBreather(pause)
  const links = await sortGently(graph.tags.values(), (link) => link.name, pause)
  const tags: TagSummary[] = []
  for (const { name, digest, linkedAtMs } of links) {
    const node = digest === null ? undefined : graph.manifest(digest)
    let image = node && images.get(node.digest)
    if (node && !image) {
      image = summarizeImage(graph, node)
      images.set(node.digest, image)
    }
    tags.push({ name, digest, updatedAtMs: linkedAtMs, image: image ?? null })
    await breathe()
  }
  return tags
}

export async function summarizeRepository(
  name: RepositoryName,
  graph: RepositoryGraph,
  pause: Pause,
): Promise<RepositorySummary> {
  const breathe = createBreather(pause)
  const seen = new Set<BlobNode>()
  for (const node of graph.manifests.values()) {
    seen.add(node.blob)
    for (const reference of node.references) seen.add(reference)
    await breathe()
  }
  let lastPushedAtMs: number | null = null
  for (const { linkedAtMs } of graph.tags.values()) {
    if (lastPushedAtMs === null || linkedAtMs > lastPushedAtMs) lastPushedAtMs = linkedAtMs
  }
  return { name, tagCount: graph.tags.size, sizeBytes: totalBytes(seen), lastPushedAtMs }
}
