import type { MadeBytes } from '#adapters/memory/made-bytes.ts'
import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'
import { digestOf } from '#domain/values/digest.ts'
import { seededNumbers } from '#services/samples/file-content.ts'
import type { Layer } from '#services/samples/image-builder.ts'
import { layerDigests } from './layer-digests.ts'

/** What a file of this registry holds. */
export type Stored = SnapshotFile['bytes']

interface LayerKind {
  readonly count: number
  readonly smallest: number
  readonly largest: number
}

/** How many layers of each kind there are, and their sizes in bytes. */
const kinds = {
  base: { count: 10, smallest: 26_000_000, largest: 78_000_000 },
  runtime: { count: 18, smallest: 38_000_000, largest: 190_000_000 },
  dependencies: { count: 110, smallest: 24_000_000, largest: 170_000_000 },
  program: { count: 620, smallest: 4_200_000, largest: 49_000_000 },
  model: { count: 16, smallest: 210_000_000, largest: 780_000_000 },
} as const satisfies Record<string, LayerKind>

export type MadeLayerKind = keyof typeof kinds

/** What the layers hold, in the order of their digests. Small ones are more frequent. */
export const madeLayers: readonly { readonly kind: MadeLayerKind; readonly made: MadeBytes }[] = (
  Object.keys(kinds) as MadeLayerKind[]
).flatMap((kind, position) => {
  const { count, smallest, largest } = kinds[kind]
  const next = seededNumbers(4700 + position)
  return Array.from({ length: count }, (_, nth) => ({
    kind,
    made: {
      seed: (position + 1) * 10_000 + nth,
      byteLength: Math.round(smallest + (largest - smallest) * next() ** 2),
    },
  }))
})

const digestHexes = layerDigests.trim().split(/\s+/)

/** Hands out each of the layers once. Throws when a kind has no more. */
export function createLayerSupply(): (kind: MadeLayerKind, createdBy: string) => Layer<Stored> {
  const given = new Map<MadeLayerKind, number>()
  return (kind, createdBy) => {
    const from = given.get(kind) ?? 0
    const position = madeLayers.findIndex((layer, place) => layer.kind === kind && place >= from)
    const layer = madeLayers[position]
    const hex = digestHexes[position]
    if (layer === undefined || hex === undefined) throw new Error(`no more layers for ${kind}`)
    given.set(kind, position + 1)
    const digest = digestOf('sha256', hex)
    // Never unpacked: what is in it stands for a tar.
    const mediaType = 'application/vnd.oci.image.layer.v1.tar'
    return { bytes: layer.made, digest, diffID: digest, mediaType, createdBy }
  }
}
