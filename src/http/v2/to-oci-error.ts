import type { ErrorCode } from '#contract/errors.ts'
import type { BlobDeletionRefusal } from '#registry/blobs/unlink-blob.ts'
import type { SoftDeleteRefusal } from '#registry/trash/trash.ts'
import type { ManifestRefusal } from '#registry/manifests/manifest-refusal.ts'
import type { UploadRefusal } from '#registry/uploads/uploads.ts'
import { statusOf, toApiError } from '../errors.ts'
import { OciError, type OciErrorCode } from './oci-error.ts'

/** The errors that both halves of the API share, by their codes of the distribution spec. */
const codeOfApiError: Partial<Record<ErrorCode, OciErrorCode>> = {
  NOT_AUTHENTICATED: 'UNAUTHORIZED',
  NOT_AUTHORIZED: 'DENIED',
  TOO_MANY_ATTEMPTS: 'TOOMANYREQUESTS',
  STATE_UNAVAILABLE: 'UNAVAILABLE',
  NOT_AGREED: 'UNAVAILABLE',
}

/**
 * Turns any thrown value into an answer.
 *
 * @param challenge the header for callers with missing or wrong credentials
 */
export function toOciError(error: unknown, challenge: Record<string, string>): OciError {
  if (error instanceof OciError) return error
  const { code, message, headers, cause } = toApiError(error)
  return new OciError(codeOfApiError[code] ?? 'UNKNOWN', message, {
    status: statusOf(code),
    headers: { ...headers, ...(code === 'NOT_AUTHENTICATED' ? challenge : {}) },
    cause,
  })
}

const manifestCodes: Record<ManifestRefusal['code'], OciErrorCode> = {
  MANIFEST_INVALID: 'MANIFEST_INVALID',
  MANIFEST_TOO_LARGE: 'SIZE_INVALID',
  MANIFEST_BLOB_UNKNOWN: 'MANIFEST_BLOB_UNKNOWN',
  MANIFEST_UNKNOWN: 'MANIFEST_UNKNOWN',
  DIGEST_INVALID: 'DIGEST_INVALID',
  TAG_PROTECTED: 'DENIED',
}

export const manifestRefused = ({ code, message, missing }: ManifestRefusal): OciError =>
  new OciError(manifestCodes[code], message, {
    ...(code === 'MANIFEST_TOO_LARGE' ? { status: 413 } : {}),
    ...(missing === undefined ? {} : { detail: missing.map((digest) => ({ digest })) }),
  })

export const uploadRefused = ({ code, message }: UploadRefusal): OciError =>
  new OciError(code, message)

const deletionCodes: Record<SoftDeleteRefusal['code'], OciErrorCode> = {
  NO_SUCH_REPOSITORY: 'NAME_UNKNOWN',
  NO_SUCH_TAG: 'MANIFEST_UNKNOWN',
  NO_SUCH_REF: 'MANIFEST_UNKNOWN',
  // The spec has no conflict; clients print the message of this code (405).
  REFERENCE_CHANGED: 'UNSUPPORTED',
  MANIFEST_IN_USE: 'UNSUPPORTED',
  MANIFEST_UNREADABLE: 'UNSUPPORTED',
  TAG_PROTECTED: 'DENIED',
  IMAGE_RUNNING: 'DENIED',
}

export const deletionRefused = ({ code, message }: SoftDeleteRefusal): OciError =>
  new OciError(deletionCodes[code], message)

const blobDeletionCodes: Record<BlobDeletionRefusal['code'], OciErrorCode> = {
  NO_SUCH_BLOB: 'BLOB_UNKNOWN',
  BLOB_IN_USE: 'UNSUPPORTED',
  MANIFEST_UNREADABLE: 'UNSUPPORTED',
}

export const blobDeletionRefused = ({ code, message }: BlobDeletionRefusal): OciError =>
  new OciError(blobDeletionCodes[code], message)
