import { accessLevels } from '#domain/access/access-level.ts'
import * as z from 'zod/mini'
import { bytes, count, instant, textOrNull } from '../scalars.ts'

/** Absent: not known. */
const known = z.optional(z.string())

export const trashEntry = z.object({
  id: z.string(),
  repository: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  /**
   * `repository`: all that was in it. `tags`: they were deleted alone, and can be restored while
   * their image exists.
   */
  kind: z.enum(['image', 'tags', 'repository']),
  /** The tags that a restore sets; of a repository at most the first hundred. */
  tags: z.array(z.string()),
  /** Of a repository: how many tags a restore sets. */
  tagCount: z.optional(count),
  /** Of a repository: how many images it has, without their platforms and what is attached to them. */
  imageCount: z.optional(count),
  /** Those of them that were deleted alone before their image was. */
  earlierTags: z.array(z.string()),
  /** How many manifests were deleted with it: platforms and attached artifacts. */
  platformCount: z.number(),
  attachedCount: z.number(),
  deletedAt: instant,
  deletedBy: z.string(),
  /**
   * The rule of retention that took it, of the policy of the scope, who started the run, if a person
   * did, and the run, if it is known; null: a person deleted it.
   */
  byRule: z.nullable(
    z.object({ scope: z.string(), rule: z.string(), startedBy: known, jobID: known }),
  ),
  /** The bytes that are exclusive to this entry; null while they are computed. */
  held: z.nullable(bytes),
  /** When a collection may take it; null: the next one may. */
  collectedAfter: z.nullable(instant),
  /**
   * False once a collection has started to take it; for tags, also if their image does not exist.
   */
  restorable: z.boolean(),
  /** What the caller's account may do in the repository: restoring needs write access. */
  accessLevel: z.enum(accessLevels),
})
export type TrashEntry = z.infer<typeof trashEntry>

export const trashList = z.object({ entries: z.array(trashEntry) })
export type TrashList = z.infer<typeof trashList>

export const restoreRequest = z.object({
  /**
   * New names for tags: `{"1.2": "1.2-restored"}`; null: without this tag. Others keep their names.
   */
  tags: z.optional(z.record(z.string(), textOrNull)),
  /** False: without tags that were deleted alone before the image. */
  earlierTags: z.optional(z.boolean()),
  /** What to do with a tag that points elsewhere now. `refuse` answers 409 `TAG_EXISTS`. */
  onConflict: z.optional(z.enum(['refuse', 'skip', 'replace'])),
})
export type RestoreRequest = z.infer<typeof restoreRequest>

/**
 * The `detail` of `TAG_EXISTS`: the tags that show another image now, and which (null: unreadable).
 */
export const tagConflicts = z.object({
  conflicts: z.array(z.object({ name: z.string(), digest: textOrNull })),
})
export type TagConflict = z.infer<typeof tagConflicts>['conflicts'][number]
