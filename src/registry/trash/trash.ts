import type { Digest } from '#domain/values/digest.ts'
import type { Result, Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BeforeChange } from '../before-change.ts'
import type { Reference } from '../manifests/reference.ts'
import type { TrashEntry } from './trash-entry.ts'

export interface SoftDelete {
  readonly repository: RepositoryName
  readonly reference: Reference
  /**
   * `image`: the manifest and every tag that shows it. `tag`: only that tag, unless it is the
   * image's last one; then the image goes with it. By digest it is always `image`.
   */
  readonly extent: 'image' | 'tag'
  /** What the person saw the tag point at; refused with `REFERENCE_CHANGED` if it has moved. */
  readonly expectedDigest?: Digest
  readonly deletedBy: string
  /** How long it is held, from the policy; 0: until the next collection. */
  readonly retentionMs: number
  readonly beforeChange?: BeforeChange
  /** Of the entry that it makes. Unless given, a new one. */
  readonly entryID?: string
}

export type SoftDeleted =
  /** The image went to the trash. */
  | { readonly kind: 'trashed'; readonly entry: TrashEntry }
  /** Only tags went, because other tags or an index still need the image, or because there is none. */
  | {
      readonly kind: 'untagged'
      readonly tags: readonly TagName[]
      readonly digest: Digest | null
      /** What gives them back; null where they pointed nowhere. */
      readonly entry: TrashEntry | null
    }

export interface SoftDeleteRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_REPOSITORY'
    | 'NO_SUCH_TAG'
    | 'NO_SUCH_REF'
    | 'REFERENCE_CHANGED'
    /** Untagged, and an index in the repository lists it: deleting it would break that image. */
    | 'MANIFEST_IN_USE'
    /** The manifest's bytes are gone or unreadable, so that it could never be restored. */
    | 'MANIFEST_UNREADABLE'
  /** With `REFERENCE_CHANGED`: where the tag points now. */
  readonly digest?: Digest
  /** With `MANIFEST_IN_USE`: the indexes that list it. */
  readonly heldBy?: readonly Digest[]
}

export interface Restore {
  /** Gives tags another name, or none (null). A tag that is not mentioned keeps its name. */
  readonly tags?: ReadonlyMap<TagName, TagName | null>
  /**
   * When a tag now points elsewhere: refuse, restore without that tag, or move it here — then what
   * it points at now goes to the trash if this was its last tag.
   */
  readonly onConflict: 'refuse' | 'skip-tags' | 'replace'
  /** Without tags of the image that were deleted alone before it. Else they come back with it. */
  readonly withoutEarlierTags?: boolean
  readonly restoredBy: string
  /** For what `replace` sends to the trash. */
  readonly retentionMs: number
  readonly beforeChange?: BeforeChange
}

export interface Restored {
  readonly repository: RepositoryName
  readonly digest: Digest
  readonly tags: readonly TagName[]
  /** What `replace` moved to the trash. */
  readonly replaced: readonly TrashEntry[]
}

export interface RestoreRefusal extends Refusal {
  readonly code:
    | 'NO_SUCH_TRASH_ENTRY'
    | 'TAG_EXISTS'
    /** A collection has begun to take it. */
    | 'COLLECTION_RUNNING'
    /** Manifests or layers are gone from storage, so that the image would have holes. */
    | 'CONTENT_MISSING'
    /** Of tags: the image that they showed is not in the repository. */
    | 'IMAGE_MISSING'
  /** With `TAG_EXISTS`: the tags that point elsewhere now, and where. */
  readonly conflicts?: readonly { readonly name: TagName; readonly digest: Digest | null }[]
  readonly missing?: readonly Digest[]
}

/** The ids of the trash entries that `recover` dealt with. */
export interface Recovery {
  readonly deleted: readonly string[]
  readonly restored: readonly string[]
  /** Cannot be read, and stay as they are: nothing is collected until a person has looked. */
  readonly broken: readonly string[]
}

/**
 * Soft deletion: a deleted image cannot be pulled, and can be restored until a collection takes it.
 * Every act is written ahead, so that a crash between any two steps is finished by `recover`.
 */
export interface Trash {
  /**
   * Newest first; without those that a collection is taking (`claimed`) or has taken, and without
   * tags that come back with their image.
   */
  list(): Promise<readonly TrashEntry[]>
  get(id: string): Promise<TrashEntry | null>
  softDelete(request: SoftDelete): Promise<Result<SoftDeleted, SoftDeleteRefusal>>
  restore(id: string, request: Restore): Promise<Result<Restored, RestoreRefusal>>
  /** The next collection may take it. It stays restorable until then. False: no such entry. */
  deleteForever(id: string, beforeChange?: BeforeChange): Promise<boolean>
  /** A tag points where it pointed before it was deleted alone: its entry is over. */
  tagIsBack(repository: RepositoryName, tag: TagName, digest: Digest): Promise<void>
  /** Finishes what a crash interrupted. To be called once, before anything else writes. */
  recover(): Promise<Recovery>
}
