import type { Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import { isForeignMediaType, isManifestMediaType } from '#domain/media-type.ts'
import { createByteColumn, createNumberColumn, createSizeColumn, type Column } from './column.ts'
import { createDigestTable } from './digest-table.ts'
import type { ManifestReading } from './ports.ts'

/** What reading a digest as a manifest gave. `unread`: nobody asked, so it counts as a blob. */
export const readings = { unread: 0, image: 1, index: 2, missing: 3, unreadable: 4 } as const

/** How one digest leads to another. */
export const edgeKinds = {
  config: 1,
  layer: 2,
  /** A layer that need not be on storage, because clients fetch it from elsewhere. */
  foreignLayer: 3,
  /** This one and those that follow may lead to manifests. */
  manifest: 4,
  /** Listed by an index under a media type that is no manifest's (build caches do that). */
  entry: 5,
  /** From a subject to what is attached to it. Kept by repository, not in the graph. */
  attached: 6,
} as const

/**
 * Every digest that is known of, as a number, and what leads from it. Grows as manifests are read;
 * half a million blobs fit in some 60 MB because nothing of them is an object.
 */
export interface Graph {
  /** The number of a digest, given at first sight. */
  nodeOf(digest: Digest): number
  /** Lets another digest of the same bytes have the number of the one that storage keeps. */
  alias(digest: Digest, storedAs: Digest): void
  /** The number of a digest, or -1 when it was never seen. */
  find(digest: Digest): number
  digestOf(node: number): Digest
  readonly size: number
  /** 1 for digests that are on storage. */
  readonly stored: Column
  /** One of `readings`. */
  readonly reading: Column
  /**
   * Bytes as storage says, or else the first descriptor that was read, which may lie; 0 while
   * unknown.
   */
  readonly sizes: Column
  /** 1 for what a repository links, or a manifest lists, as a layer or a configuration. */
  readonly plainBlob: Column
  /** The subject's number + 1; 0 for none. */
  readonly subject: Column
  /** Remembers what reading a manifest gave. */
  learn(node: number, reading: ManifestReading): void
  /** Where a node's edges begin and end in the two columns below. */
  edgesFrom(node: number): number
  edgesTo(node: number): number
  readonly edgeTarget: Column
  readonly edgeKind: Column
  /** How many bytes the descriptor behind an edge says that its target has. */
  readonly edgeSize: Column
}

export function createGraph(): Graph {
  const digests = createDigestTable()
  const stored = createByteColumn()
  const reading = createByteColumn()
  const sizes = createSizeColumn()
  const plainBlob = createByteColumn()
  const subject = createNumberColumn()
  const firstEdge = createNumberColumn()
  const lastEdge = createNumberColumn()
  const edgeTarget = createNumberColumn()
  const edgeKind = createByteColumn()
  const edgeSize = createSizeColumn()

  function addEdge({ digest, sizeBytes }: Descriptor, kind: number): void {
    const target = digests.add(digest)
    edgeTarget.push(target)
    edgeKind.push(kind)
    edgeSize.push(sizeBytes)
    if (sizes.get(target) === 0) sizes.set(target, sizeBytes)
    if (kind < edgeKinds.manifest) plainBlob.set(target, 1)
  }

  function addEdges(manifest: Manifest): void {
    if (manifest.kind === 'index') {
      for (const entry of manifest.manifests) {
        const { mediaType } = entry
        addEdge(entry, isManifestMediaType(mediaType) ? edgeKinds.manifest : edgeKinds.entry)
      }
      return
    }
    const { config, layers } = manifest
    if (config) addEdge(config, edgeKinds.config)
    for (const layer of layers) {
      const isForeign = isForeignMediaType(layer.mediaType)
      addEdge(layer, isForeign ? edgeKinds.foreignLayer : edgeKinds.layer)
    }
  }

  return {
    nodeOf: digests.add,
    alias: (digest, storedAs) => digests.alias(digest, digests.add(storedAs)),
    find: digests.find,
    digestOf: digests.digestOf,
    get size() {
      return digests.size
    },
    stored,
    reading,
    sizes,
    plainBlob,
    subject,
    learn(node, found) {
      if (found.kind !== 'manifest') {
        reading.set(node, readings[found.kind])
        return
      }
      const { manifest, sizeBytes } = found
      reading.set(node, readings[manifest.kind])
      sizes.set(node, sizeBytes)
      firstEdge.set(node, edgeTarget.length)
      addEdges(manifest)
      lastEdge.set(node, edgeTarget.length)
      if (manifest.subject) subject.set(node, digests.add(manifest.subject.digest) + 1)
    },
    edgesFrom: firstEdge.get,
    edgesTo: lastEdge.get,
    edgeTarget,
    edgeKind,
    edgeSize,
  }
}

/** Whether a node was read as a manifest and understood. */
export function isManifestNode(graph: Graph, node: number): boolean {
  const reading = graph.reading.get(node)
  return reading === readings.image || reading === readings.index
}
