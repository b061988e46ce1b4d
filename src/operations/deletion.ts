import type { Digest } from '#domain/digest.ts'
import type { Parsed, Refusal } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import type { Reference } from '#registry/reference.ts'
import type { Restored, RestoreRefusal, SoftDeleted, SoftDeleteRefusal } from '#registry/trash.ts'
import type { Actor } from './actor.ts'

export interface DeletionRequest {
  readonly repository: RepositoryName
  readonly reference: Reference
  /** What the person saw the tag point at (`If-Match`). */
  readonly expectedDigest?: Digest
  readonly actor: Actor
}

export interface RestoreRequest {
  /** Gives tags another name, or none (null). A tag that is not mentioned keeps its name. */
  readonly tags?: ReadonlyMap<TagName, TagName | null>
  readonly onConflict: 'refuse' | 'skip-tags' | 'replace'
  readonly actor: Actor
}

/** A collection keeps writers out, and did not end while the restore waited. */
export interface RestoreKeptOut extends Refusal {
  readonly code: 'COLLECTION_RUNNING'
}

export interface TagRequest {
  readonly repository: RepositoryName
  readonly tag: TagName
  readonly digest: Digest
  readonly actor: Actor
}

export interface TagRefusal extends Refusal {
  readonly code:
    /** The tag points at another manifest. */
    | 'TAG_EXISTS'
    /** The repository does not hold the manifest. */
    | 'NO_SUCH_REF'
    | 'COLLECTION_RUNNING'
  /** With `TAG_EXISTS`: where the tag points now. */
  readonly digest?: Digest
}

/** What people do with images, with the policy's retention applied and the activity recorded. */
export interface Deletion {
  /** The image, with every tag that shows it. Goes on while a collection runs. */
  deleteImage(request: DeletionRequest): Promise<Parsed<SoftDeleted, SoftDeleteRefusal>>
  /** One tag; the image goes to the trash with its last one. */
  deleteTag(request: DeletionRequest): Promise<Parsed<SoftDeleted, SoftDeleteRefusal>>
  /** Passes the push gate: waits for it a while when a collection has closed it. */
  restore(
    entryID: string,
    request: RestoreRequest,
  ): Promise<Parsed<Restored, RestoreRefusal | RestoreKeptOut>>
  /**
   * Gives an image that the repository holds a tag (again): what undoes the deletion of one tag of
   * several. Never moves a tag; one that points there already is no error. Passes the push gate as
   * `restore` does.
   */
  addTag(request: TagRequest): Promise<Parsed<null, TagRefusal>>
  /** The next collection may take it. False: no such entry. */
  deleteForever(entryID: string, actor: Actor): Promise<boolean>
}
