import * as z from 'zod/mini'
import { bytes, count, instant } from './instants.ts'
import { attachment, holder, platform } from './tags.ts'

/** On the answer to a deletion: the trash entry of the image. Absent when only a tag went. */
export const trashEntryHeader = 'Jetsam-Trash-Entry'

/** On the answer to a deletion where only a tag went: the trash entry that gives it back. */
export const trashedTagHeader = 'Jetsam-Trashed-Tag'

/** `PUT …/tags/{tag}`: gives an image that the repository holds a tag, as Undo does. */
export const tagRequest = z.object({ digest: z.string() })

export const deletionImpactRequest = z.object({
  /** Tags or digests. */
  references: z.array(z.string()).check(z.minLength(1), z.maxLength(1000)),
  /** True: the images with all their tags. False: only these tags. */
  whole: z.boolean(),
})
export type DeletionImpactRequest = z.infer<typeof deletionImpactRequest>

export const deletedReference = z.object({
  reference: z.string(),
  digest: z.string(),
  /** True when the image goes to the trash; false when only the tag goes and others show it. */
  imageDeleted: z.boolean(),
  /** Every tag that goes with it. */
  tags: z.array(z.string()),
  /** Tags that show the same image and stay. */
  remainingTags: z.array(z.string()),
  platforms: z.array(platform),
  attached: z.array(attachment),
  /** Bytes of the image with everything that goes. */
  size: bytes,
})
export type DeletedReference = z.infer<typeof deletedReference>

/** What deleting would do, shared bytes counted once over all references. */
export const deletionImpact = z.object({
  references: z.array(deletedReference),
  bytesFreed: bytes,
  bytesKept: bytes,
  /** Who keeps the bytes that stay: the images that hold most first, at most ten. */
  keptBy: z.array(holder),
  keptByCount: count,
  /** Until when it can be restored; null: until the next collection. */
  restorableUntil: z.nullable(instant),
  nextCollectionAt: z.nullable(instant),
})
export type DeletionImpact = z.infer<typeof deletionImpact>
