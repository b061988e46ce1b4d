import type { IsGivenUp } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Result, Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BeforeChange } from '../before-change.ts'
import type { Reference } from '../manifests/tag-or-digest.ts'
import type { RunningImage } from '../running/refuse-if-running.ts'
import type { ProtectedTag } from '../tags/protected-tags.ts'
import type { TakenByRule, TrashedTag, TrashEntry } from './trash-entry.ts'

export interface SoftDelete {
  readonly repository: RepositoryName
  readonly reference: Reference
  /**
   * `image`: the manifest and every tag that shows it. `tag`: only that tag, unless it is the
   * image's last one; then the image goes with it. By digest it is always `image`.
   */
  readonly extent: 'image' | 'tag'
  /**
   * The digest at which the person saw the tag point; refused with `REFERENCE_CHANGED` if it has
   * moved.
   */
  readonly expectedDigest?: Digest
  readonly deletedBy: string
  readonly byRule?: TakenByRule
  /** How long the entry is held, by the policy; 0: until the next collection. */
  readonly retentionMs: number
  /**
   * As `BeforeChange`. False: there is no such tag, so nothing will be deleted.
   */
  readonly beforeChange?: (isThere: boolean) => Promise<void>
  /** The id of the new entry. Default: a new id. */
  readonly entryID?: string
  /** Ends the wait for the lock of the repository. Default: it is not given up. */
  readonly isGivenUp?: IsGivenUp
  /** An image by its digest: refused with `REFERENCE_CHANGED` if it has got a tag. */
  readonly onlyUntagged?: boolean
  /** A person knows that it runs, and named it. */
  readonly confirmedRunning?: boolean
  /** A step of an act that was allowed when it began, and has to end now. */
  readonly isAllowed?: true
}

export type SoftDeleted =
  /** The image went to the trash. */
  (
    | { readonly kind: 'trashed'; readonly entry: TrashEntry }
    /**
     * Only tags were deleted, because other tags or an index still need the image, or because there
     * is no image.
     */
    | {
        readonly kind: 'untagged'
        readonly tags: readonly TagName[]
        readonly digest: Digest | null
        /** The entry that restores them; null where they pointed nowhere. */
        readonly entry: TrashEntry | null
      }
  ) & {
    /** The clusters that run it, as was confirmed. */
    readonly ranIn?: readonly string[]
  }

export interface SoftDeleteRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_REPOSITORY'
    | 'NO_SUCH_TAG'
    | 'NO_SUCH_REF'
    | 'REFERENCE_CHANGED'
    /**
     * It has no tag, and an index in the repository lists it: deleting it would break that image.
     */
    | 'MANIFEST_IN_USE'
    /** The manifest's bytes are gone or unreadable, so it could never be restored. */
    | 'MANIFEST_UNREADABLE'
    | 'TAG_PROTECTED'
    | 'IMAGE_RUNNING'
  /** With `REFERENCE_CHANGED`: where the tag points now. */
  readonly digest?: Digest
  /** With `MANIFEST_IN_USE`: the indexes that list it. */
  readonly heldBy?: readonly Digest[]
  readonly protectedTags?: readonly ProtectedTag[]
  readonly running?: readonly RunningImage[]
}

export interface RepositoryDeletion {
  readonly repository: RepositoryName
  /** What the person saw in it, by `contentsDigest`; refused with `REFERENCE_CHANGED` if not that. */
  readonly expectedContents?: Digest
  readonly deletedBy: string
  /** How long the entry is held, by the policy; 0: until the next collection. */
  readonly retentionMs: number
  /** As `BeforeChange`. False: there is nothing in it, so nothing will be deleted. */
  readonly beforeChange?: (isThere: boolean) => Promise<void>
  /** The id of the new entry. Default: a new id. */
  readonly entryID?: string
  /** A person knows that images of it run, and named it. */
  readonly confirmedRunning?: boolean
}

export interface RepositoryDeleted {
  /** Null: it had nothing, or only tags that showed nothing. */
  readonly entry: TrashEntry | null
  /** Whether it has been empty before. */
  readonly wasEmpty: boolean
  /** The clusters that run something of it, as was confirmed. */
  readonly ranIn?: readonly string[]
}

export interface RepositoryDeletionRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_REPOSITORY'
    | 'REFERENCE_CHANGED'
    /** A part of it cannot be read, so that it could never be restored. */
    | 'MANIFEST_UNREADABLE'
    | 'TAG_PROTECTED'
    | 'IMAGE_RUNNING'
  readonly protectedTags?: readonly ProtectedTag[]
  readonly running?: readonly RunningImage[]
}

export interface Restore {
  /** Gives tags another name, or none (null). A tag without an entry here keeps its name. */
  readonly tags?: ReadonlyMap<TagName, TagName | null>
  /**
   * What to do when a tag now points elsewhere: refuse; restore without that tag; or move it here,
   * which sends the image that it shows now to the trash if this was its last tag.
   */
  readonly onConflict: 'refuse' | 'skip-tags' | 'replace'
  /**
   * Restores without the image's tags that were deleted alone before it. Default: they come back
   * with it.
   */
  readonly withoutEarlierTags?: boolean
  /**
   * When tags were pushed, as far as the caller knows, for entries of an earlier version, which do
   * not say it. Milliseconds since the epoch.
   */
  readonly pushTimes?: (
    repository: RepositoryName,
    tags: readonly TrashedTag[],
  ) => Promise<ReadonlyMap<TagName, number>>
  readonly restoredBy: string
  /** Retention of what `replace` sends to the trash. */
  readonly retentionMs: number
  readonly beforeChange?: BeforeChange
}

export interface Restored {
  readonly repository: RepositoryName
  readonly digest: Digest
  readonly tags: readonly TagName[]
  /** What `replace` sent to the trash. */
  readonly replaced: readonly TrashEntry[]
}

export interface RestoreRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_TRASH_ENTRY'
    | 'TAG_EXISTS'
    /** A collection has begun to remove the image. */
    | 'COLLECTION_RUNNING'
    /** Manifests or layers are gone from storage, so the image would not be whole. */
    | 'CONTENT_MISSING'
    /** For tags: the image that they showed is not in the repository. */
    | 'IMAGE_MISSING'
    /** The restore would move such a tag. */
    | 'TAG_PROTECTED'
    /** It would send such an image to the trash. */
    | 'IMAGE_RUNNING'
  /** With `TAG_EXISTS`: the tags that point elsewhere now, and where. */
  readonly conflicts?: readonly { readonly name: TagName; readonly digest: Digest | null }[]
  readonly missing?: readonly Digest[]
  readonly protectedTags?: readonly ProtectedTag[]
  readonly running?: readonly RunningImage[]
}

/** The ids of the trash entries that `recover` handled. */
export interface Recovery {
  readonly deleted: readonly string[]
  readonly restored: readonly string[]
  /**
   * Entries that cannot be read, and stay as they are: nothing is collected until a person has
   * looked at them.
   */
  readonly broken: readonly string[]
}

/**
 * An entry by its id alone, or as the caller has read it: then it need not be read once more, only
 * to learn which repository to lock. What it holds is read again under that lock in any case.
 */
export type EntryToFind = string | Pick<TrashEntry, 'id' | 'repository'>

/**
 * Soft deletion: a deleted image cannot be pulled, and can be restored until a collection removes
 * it. Every act is written ahead, so `recover` can finish it after a crash between any two steps.
 */
export interface Trash {
  /**
   * Newest first. Leaves out entries that a collection is removing (`claimed`) or has removed, and
   * tags that come back with their image.
   */
  list(): Promise<readonly TrashEntry[]>
  get(id: string): Promise<TrashEntry | null>
  softDelete(request: SoftDelete): Promise<Result<SoftDeleted, SoftDeleteRefusal>>
  /** All of a repository, as one entry. */
  softDeleteRepository(
    request: RepositoryDeletion,
  ): Promise<Result<RepositoryDeleted, RepositoryDeletionRefusal>>
  restore(entry: EntryToFind, request: Restore): Promise<Result<Restored, RestoreRefusal>>
  /**
   * Lets the next collection remove the image. It can be restored until then. False: no such entry.
   */
  deleteForever(entry: EntryToFind, beforeChange?: BeforeChange): Promise<boolean>
  /**
   * Tells that a tag points again where it pointed before it was deleted alone: removes its entry.
   */
  tagIsBack(repository: RepositoryName, tag: TagName, digest: Digest): Promise<void>
  /**
   * Finishes what a crash interrupted. Call it before anything else writes; or `beside others`, who
   * hold the same locks: then only what needs nothing but a lock is done.
   */
  recover(how?: 'beside others'): Promise<Recovery>
}
