import * as z from 'zod/mini'
import { bytes, count, instant, textOrNull } from '../scalars.ts'
import { attachment, platform } from './tags.ts'

export const untaggedSorts = ['exclusiveSize', 'size', 'pushedAt', 'lastPulledAt'] as const
export type UntaggedSort = (typeof untaggedSorts)[number]

/** An image that only its digest shows: no tag, no index, and nothing that it is attached to. */
export const untaggedImage = z.object({
  digest: z.string(),
  /** The tags that it had, as far as the last acts in the repository tell, the last one first. */
  formerTags: z.array(z.string()),
  mediaType: z.string(),
  /** All of the image, its platforms and what is attached, each digest once. */
  size: bytes,
  /** What no other image in the registry needs: freed if the image is deleted. */
  exclusiveSize: bytes,
  platforms: z.array(platform),
  attached: z.array(attachment),
  createdAt: z.nullable(instant),
  /** When the repository came to have it, which may be long before it lost its tag. */
  pushedAt: z.nullable(instant),
  /** The last pull that was seen by its digest; null: none since `pullsSince`. */
  lastPulledAt: z.nullable(instant),
  /** The account; null: without one, or none was seen. */
  lastPulledBy: textOrNull,
  /** By its digest, in the last thirty days. */
  pulls30d: count,
  /** Why the image is not whole; null if it is. */
  broken: textOrNull,
})

export const untaggedImages = z.object({
  name: z.string(),
  images: z.array(untaggedImage),
  /** Since when every pull is recorded; null: none are. */
  pullsSince: z.nullable(instant),
})
export type UntaggedImage = z.infer<typeof untaggedImage>
export type UntaggedImages = z.infer<typeof untaggedImages>
