import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'

/** A tag as its link says. */
export interface TagLink {
  readonly name: TagName
  /** Null when the link is empty or no digest: the tag cannot be pulled. */
  readonly digest: Digest | null
  /** When it last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** What exists, read from storage each time. Nothing here reads a manifest. */
export interface Catalog {
  /**
   * Every repository, sorted by name as `_catalog` wants it (by code units). A repository is a
   * folder that has `_layers`, `_manifests` or `_uploads`; it may well be empty.
   */
  repositories(): Promise<readonly RepositoryName[]>
  has(repository: RepositoryName): Promise<boolean>
  /** The names of all tags, sorted by code units, without reading where they point. */
  tagNames(repository: RepositoryName): Promise<readonly TagName[]>
  tag(repository: RepositoryName, tag: TagName): Promise<TagLink | null>
  /** All tags in batches, in no promised order. */
  tags(repository: RepositoryName): AsyncIterable<readonly TagLink[]>
  /** The digests of all linked manifests, tagged or not, in batches. */
  revisions(repository: RepositoryName): AsyncIterable<readonly Digest[]>
}
