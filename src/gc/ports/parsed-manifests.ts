import type { Digest } from '#domain/values/digest.ts'
import {
  referencesOf,
  subjectsOf,
  type Descriptor,
  type Manifest,
} from '#domain/manifest/manifest.ts'
import { isForeignMediaType, isManifestMediaType } from '#domain/values/media-type.ts'
import { createDigestPacker, type PackedDigests } from '#domain/values/packed-digests.ts'

/**
 * What reading a digest as a manifest gave. `unread`: it was not requested, and counts as a blob.
 */
export const manifestStatus = {
  unread: 0,
  image: 1,
  index: 2,
  missing: 3,
  unreadable: 4,
  /** Whole, and not understood: its edges are everything that it names. */
  opaque: 5,
} as const

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

export type ManifestReadResult =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly sizeBytes: number }
  | { readonly kind: 'missing' }
  /**
   * Its bytes match its digest, and are not understood (no JSON, unknown kind). It leads to what it
   * names, and to nothing else.
   */
  | {
      readonly kind: 'opaque'
      readonly reason: string
      readonly names: readonly Digest[]
      readonly sizeBytes: number
    }
  /** Not read, or read and damaged: what it leads to is unknown. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/**
 * What a collection needs of several manifests that were read, in columns: as objects, the
 * references of ten thousand manifests would cost more than reading them. What only some have is
 * listed with their positions, in order.
 */
export interface ParsedManifestTable {
  /** One of `manifestStatus` for each requested manifest. */
  readonly kinds: Uint8Array<ArrayBuffer>
  /** Bytes of each; 0 for what was not read. */
  readonly sizes: Float64Array<ArrayBuffer>
  /**
   * Where the references of each end in the three columns below; they begin where the previous ones
   * end.
   */
  readonly ends: Int32Array<ArrayBuffer>
  readonly targets: PackedDigests
  /** One of `edgeKinds`. */
  readonly targetKinds: Uint8Array<ArrayBuffer>
  /** Bytes, as the descriptors say, or `unknownSize`. */
  readonly targetSizes: Float64Array<ArrayBuffer>
  /** The subjects of attached manifests, each with the position of the manifest. */
  readonly subjects: readonly (readonly [position: number, digest: Digest])[]
  /** Why some were not understood, and what is odd about others. */
  readonly reasons: readonly (readonly [position: number, reason: string])[]
}

/** The size of a target whose size the manifest does not state. */
export const unknownSize = -1

/** How a manifest leads to one of its references. */
function edgeKindOf(manifest: Manifest, reference: Descriptor): number {
  if (manifest.kind === 'index') {
    return isManifestMediaType(reference.mediaType) ? edgeKinds.manifest : edgeKinds.entry
  }
  if (reference === manifest.config) return edgeKinds.config
  return isForeignMediaType(reference.mediaType) ? edgeKinds.foreignLayer : edgeKinds.layer
}

/** Packs results into columns, in the order in which the manifests were requested. */
export function packParsedManifests(all: readonly ManifestReadResult[]): ParsedManifestTable {
  const kinds = new Uint8Array(all.length)
  const sizes = new Float64Array(all.length)
  const ends = new Int32Array(all.length)
  const listed = all.map((reading) =>
    reading.kind === 'manifest' ? referencesOf(reading.manifest) : [],
  )
  const count = all.reduce(
    (sum, reading, nth) =>
      sum + (reading.kind === 'opaque' ? reading.names.length : (listed[nth]?.length ?? 0)),
    0,
  )
  const targets = createDigestPacker(count)
  const targetKinds = new Uint8Array(count)
  const targetSizes = new Float64Array(count)
  const subjects: [number, Digest][] = []
  const reasons: [number, string][] = []

  function list(manifest: Manifest, references: readonly Descriptor[]): void {
    for (const reference of references) {
      targetKinds[targets.count] = edgeKindOf(manifest, reference)
      targetSizes[targets.count] = reference.isUnsized ? unknownSize : reference.sizeBytes
      targets.push(reference.digest)
    }
  }

  let position = 0
  for (const reading of all) {
    if (reading.kind === 'manifest') {
      const { manifest, sizeBytes } = reading
      kinds[position] = manifestStatus[manifest.kind]
      sizes[position] = sizeBytes
      list(manifest, listed[position] ?? [])
      for (const subject of subjectsOf(manifest)) subjects.push([position, subject.digest])
      if (manifest.oddity !== undefined) reasons.push([position, manifest.oddity])
    } else {
      kinds[position] = manifestStatus[reading.kind]
      if (reading.kind !== 'missing') reasons.push([position, reading.reason])
      if (reading.kind === 'opaque') {
        sizes[position] = reading.sizeBytes
        for (const digest of reading.names) {
          targetKinds[targets.count] = edgeKinds.entry
          targetSizes[targets.count] = unknownSize
          targets.push(digest)
          // It may be attached to any of them.
          subjects.push([position, digest])
        }
      }
    }
    ends[position] = targets.count
    position += 1
  }
  return {
    kinds,
    sizes,
    ends,
    targets: targets.packed(),
    targetKinds,
    targetSizes,
    subjects,
    reasons,
  }
}
