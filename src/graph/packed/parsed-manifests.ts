import type { Digest } from '#domain/values/digest.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'
import { createDigestPacker, type PackedDigests } from '#domain/values/packed-digests.ts'
import { subjectEdgesOf, visitReferences, type OpaqueManifest } from '../edges.ts'

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

/** What a collection follows from there; null: nothing. */
function referring(reading: ManifestReadResult): Manifest | OpaqueManifest | null {
  if (reading.kind === 'manifest') return reading.manifest
  return reading.kind === 'opaque' ? reading : null
}

const statusOf = (reading: ManifestReadResult): keyof typeof manifestStatus =>
  reading.kind === 'manifest' ? reading.manifest.kind : reading.kind

/** Why it was not understood, or what is odd about it. */
function reasonOf(reading: ManifestReadResult): string | undefined {
  if (reading.kind === 'missing') return undefined
  return reading.kind === 'manifest' ? reading.manifest.oddity : reading.reason
}

/** Of an image, mostly; with more, the columns grow. */
const usualReferences = 12

/** Packs results into columns, in the order in which the manifests were requested. */
export function packParsedManifests(all: readonly ManifestReadResult[]): ParsedManifestTable {
  const kinds = new Uint8Array(all.length)
  const sizes = new Float64Array(all.length)
  const ends = new Int32Array(all.length)
  const targets = createDigestPacker(all.length * usualReferences)
  const targetKinds: number[] = []
  const targetSizes: number[] = []
  const subjects: [number, Digest][] = []
  const reasons: [number, string][] = []

  for (const [position, reading] of all.entries()) {
    kinds[position] = manifestStatus[statusOf(reading)]
    if ('sizeBytes' in reading) sizes[position] = reading.sizeBytes
    const reason = reasonOf(reading)
    if (reason !== undefined) reasons.push([position, reason])
    const manifest = referring(reading)
    if (manifest !== null) {
      visitReferences(manifest, (kind, target) => {
        targetKinds.push(kind)
        targetSizes.push(target.isUnsized ? unknownSize : target.sizeBytes)
        targets.push(target.digest)
      })
      for (const { target } of subjectEdgesOf(manifest)) subjects.push([position, target.digest])
    }
    ends[position] = targets.count
  }
  return {
    kinds,
    sizes,
    ends,
    targets: targets.packed(),
    targetKinds: Uint8Array.from(targetKinds),
    targetSizes: Float64Array.from(targetSizes),
    subjects,
    reasons,
  }
}
