import * as z from 'zod/mini'
import { bytes, count, instant } from './instants.ts'

/** An image of the repository, whichever tags show it, and the layers that it points at. */
export const mapImage = z.object({
  digest: z.string(),
  /** The first twenty of its tags; none where only the digest shows it. */
  tags: z.array(z.string()),
  tagCount: count,
  size: bytes,
  /** Bytes that no other image in the registry holds: what deleting the image frees. */
  exclusiveSize: bytes,
  /** When the newest of its tags was given to it. */
  updatedAt: z.nullable(instant),
  /** Positions in `layers`, the lowest layer first. */
  layers: z.array(z.number()),
  /** Those of them that go when the image goes. */
  freedLayers: z.array(z.number()),
})
export type MapImage = z.infer<typeof mapImage>

export const mapLayer = z.object({
  digest: z.string(),
  size: bytes,
  /** How many images of this repository hold it, on this page or not. */
  imageCount: count,
  /** How many manifests of other repositories do. */
  elsewhereCount: count,
})
/** @public */
export type MapLayer = z.infer<typeof mapLayer>

/** A page of a repository's images, and every layer of them once. */
export const layerMap = z.object({
  name: z.string(),
  images: z.array(mapImage),
  layers: z.array(mapLayer),
})
export type LayerMap = z.infer<typeof layerMap>
