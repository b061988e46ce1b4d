import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { subjectsByTag } from '#graph/live/attached-by-tags.ts'
import { layersOf } from '#graph/algorithms/reachability.ts'
import type { BlobNode } from '#graph/live/blob-table.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import {
  exclusiveBytes,
  referenceCountsOf,
  isExclusive,
} from '#graph/algorithms/exclusive-bytes.ts'
import { summarizeImage } from './image-summary.ts'
import { goingWith, manifestsOfUnit } from '#graph/algorithms/image-unit.ts'
import type { ImageSummary, LayerMap, RepositoryImage, TagSummary } from './repository-queries.ts'
import type { ManifestNode, RepositoryGraph } from '#graph/live/repository-graph.ts'

/**
 * Whether an image has no tag, no index that lists it, and no subject: only its digest still shows
 * it.
 */
const isLeftOver = (graph: RepositoryGraph, { digest, subjects }: ManifestNode): boolean =>
  graph.tagsOf(digest).length === 0 && graph.parentsOf(digest).length === 0 && subjects.length === 0

/**
 * Every image of a repository once, with tags or without. Excludes manifests that only belong to
 * another image: a platform without a tag of its own, a signature.
 */
export async function imagesOf(
  graph: RepositoryGraph,
  tags: readonly TagSummary[],
  pause: Pause,
): Promise<readonly RepositoryImage[]> {
  const maybeYield = createMaybeYield(pause)
  const shown = new Map<ImageSummary, number>()
  for (const { name, image, updatedAtMs } of tags) {
    if (image === null || subjectsByTag(graph, name) !== null) continue
    shown.set(image, Math.max(updatedAtMs, shown.get(image) ?? -Infinity))
    await maybeYield()
  }
  const images = Array.from(shown, ([image, updatedAtMs]): RepositoryImage => ({
    ...image,
    updatedAtMs,
  }))
  for (const node of graph.manifests.values()) {
    if (isLeftOver(graph, node)) images.push({ ...summarizeImage(graph, node), updatedAtMs: null })
    await maybeYield()
  }
  return images
}

/** How many images and manifests refer to each layer of a repository. */
export interface LayerReferenceCounts {
  /**
   * Images of this repository; each counts once, even if several of its platforms refer to the
   * layer.
   */
  readonly images: ReadonlyMap<BlobNode, number>
  /** Manifests, counted as in the blob table, but only those of this repository. */
  readonly manifests: ReadonlyMap<BlobNode, number>
}

/** Looks at every image of the repository. Cache the result until the graph changes. */
export async function countLayerReferences(
  graph: RepositoryGraph,
  images: readonly RepositoryImage[],
  pause: Pause,
): Promise<LayerReferenceCounts> {
  const maybeYield = createMaybeYield(pause)
  const counts = { images: new Map<BlobNode, number>(), manifests: new Map<BlobNode, number>() }
  for (const { digest } of images) {
    for (const blob of layersOf(graph.view, graph.nodeOf(digest))) {
      counts.images.set(blob, (counts.images.get(blob) ?? 0) + 1)
    }
    await maybeYield()
  }
  for (const node of graph.manifests.values()) {
    for (const blob of node.references) {
      counts.manifests.set(blob, (counts.manifests.get(blob) ?? 0) + 1)
    }
    await maybeYield()
  }
  return counts
}

/**
 * Maps images to layers, for some images of a repository. The cost depends on these images, not on
 * the size of the store.
 */
export async function mapLayers(
  graph: RepositoryGraph,
  images: readonly Digest[],
  holders: LayerReferenceCounts,
  instructions: ReadonlyMap<BlobNode, string>,
  pause: Pause,
): Promise<LayerMap> {
  const { view } = graph
  const maybeYield = createMaybeYield(pause)
  const positions = new Map<BlobNode, number>()
  const mapped: LayerMap['images'][number][] = []
  for (const digest of images) {
    await maybeYield()
    if (!graph.manifest(digest)) continue
    const image = graph.nodeOf(digest)
    const counts = referenceCountsOf(view, goingWith(manifestsOfUnit(view, [image])))
    const layers = [...layersOf(view, image)]
    for (const blob of layers) if (!positions.has(blob)) positions.set(blob, positions.size)
    const positionsOf = (blobs: readonly BlobNode[]) =>
      blobs.flatMap((blob) => positions.get(blob) ?? [])
    mapped.push({
      digest,
      exclusiveBytes: exclusiveBytes(view, counts),
      layers: positionsOf(layers),
      exclusiveLayers: positionsOf(layers.filter((blob) => isExclusive(view, blob, counts))),
    })
  }
  return {
    images: mapped,
    layers: Array.from(positions.keys(), (blob) => ({
      digest: blob.digest,
      sizeBytes: blob.sizeBytes,
      imageCount: holders.images.get(blob) ?? 0,
      elsewhereCount: blob.referenceCount - (holders.manifests.get(blob) ?? 0),
      createdBy: instructions.get(blob) ?? null,
    })),
  }
}
