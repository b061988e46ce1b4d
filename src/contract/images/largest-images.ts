import { accessLevels } from '#domain/access/access-level.ts'
import * as z from 'zod/mini'
import { bytes, count, instant, textOrNull } from '../scalars.ts'

export const largestSorts = ['exclusiveSize', 'lastPulledAt'] as const
export type LargestSort = (typeof largestSorts)[number]

/** An image among those of all repositories. */
export const largestImage = z.object({
  repository: z.string(),
  digest: z.string(),
  /** At most the first twenty. */
  tags: z.array(z.string()),
  tagCount: count,
  /** All of the image, its platforms and what is attached, each digest once. */
  size: bytes,
  /** What no other image in the registry needs: freed if the image is deleted with all its tags. */
  exclusiveSize: bytes,
  /** When the newest of its tags came to show it; null without tags. */
  updatedAt: z.nullable(instant),
  /** The last pull that was seen, by its digest or any of its tags; null: none since `pullsSince`. */
  lastPulledAt: z.nullable(instant),
  /** The account; null: without one, or none was seen. */
  lastPulledBy: textOrNull,
  /** What the caller's account may do in the repository. */
  accessLevel: z.enum(accessLevels),
})
export type LargestImage = z.infer<typeof largestImage>

export const largestImages = z.object({
  images: z.array(largestImage),
  /** Since when every pull is recorded; null: none are. */
  pullsSince: z.nullable(instant),
})
export type LargestImages = z.infer<typeof largestImages>
