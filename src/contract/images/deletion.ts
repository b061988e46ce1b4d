import * as z from 'zod/mini'
import { runningImage } from '../rules/running.ts'
import { bytes, count, instant } from '../scalars.ts'
import { attachment, holder, platform } from './tags.ts'

/** On the answer to a deletion: the trash entry of the image. Absent if only a tag was deleted. */
export const trashEntryHeader = 'Jetsam-Trash-Entry'

/** On the answer to a deletion of only a tag: the trash entry that restores it. */
export const trashedTagHeader = 'Jetsam-Trashed-Tag'

/** `PUT …/tags/{tag}`: gives a tag to an image of the repository, as Undo does. */
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
  /**
   * True if the image goes to the trash; false if only the tag is deleted and other tags show the
   * image.
   */
  imageDeleted: z.boolean(),
  /** Every tag that is deleted with it. */
  tags: z.array(z.string()),
  /** Tags that show the same image and stay. */
  remainingTags: z.array(z.string()),
  platforms: z.array(platform),
  attached: z.array(attachment),
  /** Bytes of the image with everything that is deleted with it. */
  size: bytes,
})
export type DeletedReference = z.infer<typeof deletedReference>

/** What the deletion of a whole repository would do. */
export const repositoryDeletion = z.object({
  /** What is in it now: in `If-Match`, only that is deleted. */
  contents: z.string(),
  images: count,
  /** Of these images, as far as they have no tag of their own. */
  platforms: count,
  attached: count,
  tags: count,
  /** Images of it that are in the trash already, each by itself. They stay there. */
  imagesInTrash: count,
  /** What only this repository holds. */
  bytesFreed: bytes,
  /** What other repositories hold too. */
  bytesKept: bytes,
  /** The images that keep it: those that hold most first, at most ten that the caller may see. */
  keptBy: z.array(holder),
  keptByCount: count,
  /** Tags that may not go, at most ten: as long as there are any, the deletion is refused. */
  protectedTags: z.array(z.object({ name: z.string(), scope: z.string(), rule: z.string() })),
  protectedCount: count,
  /** What cannot be read, at most ten: as long as there is anything, the deletion is refused. */
  unreadable: z.array(z.string()),
  /** Until when it can be restored; null: until the next collection. */
  restorableUntil: z.nullable(instant),
  nextCollectionAt: z.nullable(instant),
  /** What runs in it, at most ten: to be confirmed by `confirmRunning`, or it is refused. */
  running: z.array(runningImage),
  runningCount: count,
})
export type RepositoryDeletion = z.infer<typeof repositoryDeletion>

/** The effect of a deletion, with shared bytes counted once over all references. */
export const deletionImpact = z.object({
  references: z.array(deletedReference),
  /** The exclusive bytes of these images together. */
  bytesFreed: bytes,
  /** What of that only one of these images holds; the rest, several of them share. */
  bytesFreedOfOne: bytes,
  /** The shared bytes. */
  bytesKept: bytes,
  /** The images that keep the remaining bytes: those that hold most first, at most ten. */
  keptBy: z.array(holder),
  keptByCount: count,
  /** Until when it can be restored; null: until the next collection. */
  restorableUntil: z.nullable(instant),
  nextCollectionAt: z.nullable(instant),
  /** Those of the references that run: each is refused unless `confirmRunning` names it. */
  running: z.array(runningImage),
})
export type DeletionImpact = z.infer<typeof deletionImpact>
