import type { Digest } from '#domain/values/digest.ts'
import type { ProtectedTag } from '../tags/protected-tags.ts'
import type { Refusal } from '#domain/values/result.ts'

/** Why a manifest or tag was refused. */
export interface ManifestRefusal extends Refusal {
  readonly code:
    | 'MANIFEST_INVALID'
    | 'MANIFEST_TOO_LARGE'
    | 'MANIFEST_BLOB_UNKNOWN'
    | 'MANIFEST_UNKNOWN'
    | 'DIGEST_INVALID'
    /** It would move such a tag. */
    | 'TAG_PROTECTED'
  /** With `MANIFEST_BLOB_UNKNOWN`: everything referred to that the repository does not have. */
  readonly missing?: readonly Digest[]
  readonly protectedTags?: readonly ProtectedTag[]
}

export interface TagTaken extends Refusal {
  readonly code: 'TAG_EXISTS'
  /** Where it points. */
  readonly digest: Digest
}
