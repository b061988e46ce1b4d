import type { Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import type { Parsed, Refusal } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import type { Reference } from './reference.ts'
import type { Bytes } from './storage.ts'

export interface StoredManifest {
  readonly digest: Digest
  /** Distribution stores none: it is what the manifest itself says, or what its fields tell. */
  readonly mediaType: string
  readonly bytes: Bytes
  readonly manifest: Manifest
}

export interface ManifestRefusal extends Refusal {
  readonly code:
    | 'MANIFEST_INVALID'
    | 'MANIFEST_TOO_LARGE'
    | 'MANIFEST_BLOB_UNKNOWN'
    | 'MANIFEST_UNKNOWN'
    | 'DIGEST_INVALID'
  /** With `MANIFEST_BLOB_UNKNOWN`: everything referred to that the repository does not have. */
  readonly missing?: readonly Digest[]
}

export interface TagHistoryItem {
  readonly digest: Digest
  /** When the tag last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** The manifests and tags of repositories. What is absent is null; only storage failures reject. */
export interface ManifestStore {
  /** Where a tag points, or the digest itself if it is linked in the repository. */
  resolve(repository: RepositoryName, reference: Reference): Promise<Digest | null>

  /** Null when absent, and also when its bytes are gone, unreadable, or not of that digest's size. */
  get(repository: RepositoryName, reference: Reference): Promise<StoredManifest | null>

  /**
   * Stores a manifest and links it; with a tag as reference, moves the tag there. Refuses what the
   * repository could not serve whole: every referenced blob must be linked in it and on storage,
   * every listed manifest linked. The `subject` may be missing, and foreign layers always are.
   * `contentType` is the request's; it must agree with the manifest's own `mediaType` if both are
   * given.
   */
  put(
    repository: RepositoryName,
    reference: Reference,
    body: { readonly bytes: Bytes; readonly contentType?: string },
  ): Promise<Parsed<StoredManifest, ManifestRefusal>>

  /** Points a tag at a manifest that is linked in the repository. */
  tag(
    repository: RepositoryName,
    tag: TagName,
    digest: Digest,
  ): Promise<Parsed<null, ManifestRefusal>>

  /**
   * What is attached to `subject`, whether or not that exists: every linked manifest that names it
   * as its subject (OCI distribution spec 1.1, "Listing Referrers"), and what the fallback tag
   * `sha256-<hex>` lists (older clients). In digest order. `artifactType` is the manifest's own or,
   * for images, its configuration's media type.
   */
  referrers(repository: RepositoryName, subject: Digest): Promise<readonly Descriptor[]>

  /** Every manifest that the tag is remembered by, newest first, the present one included. */
  tagHistory(repository: RepositoryName, tag: TagName): Promise<readonly TagHistoryItem[]>
}
