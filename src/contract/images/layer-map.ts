import * as z from 'zod/mini'
import { bytes, count, instant, textOrNull } from '../scalars.ts'

/** An image of the repository, under any of its tags, and the layers that it points at. */
export const mapImage = z.object({
  digest: z.string(),
  /** The first twenty of its tags; empty if only the digest names it. */
  tags: z.array(z.string()),
  tagCount: count,
  size: bytes,
  /** What no other image in the registry needs: freed if it is deleted. */
  exclusiveSize: bytes,
  /** When its newest tag was set. */
  updatedAt: z.nullable(instant),
  /** Positions in `layers`, lowest layer first. */
  layers: z.array(z.number()),
  /** Positions of the layers that are exclusive to it. */
  freedLayers: z.array(z.number()),
})
export type MapImage = z.infer<typeof mapImage>

export const mapLayer = z.object({
  digest: z.string(),
  size: bytes,
  /** How many images of this repository hold it, on this page or not. */
  imageCount: count,
  /** How many manifests of other repositories hold it. */
  elsewhereCount: count,
  /**
   * The instruction that made it, at most its first 300 characters: of the first image that holds
   * it and whose configuration says so. Null if none does, or if they were not read: those of the
   * first 1,000 images and platforms of a page are.
   */
  createdBy: textOrNull,
})
/** @public */
export type MapLayer = z.infer<typeof mapLayer>

/** A page of a repository's images, with each of their layers once. */
export const layerMap = z.object({
  name: z.string(),
  images: z.array(mapImage),
  layers: z.array(mapLayer),
})
export type LayerMap = z.infer<typeof layerMap>
