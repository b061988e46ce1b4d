import type { Digest } from '#domain/digest.ts'
import type { Parsed, Refusal } from '#domain/parsed.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { Bytes } from './storage.ts'

export interface UploadStatus {
  readonly id: string
  readonly startedAtMs: number
  /** Bytes received: where the next chunk must begin. */
  readonly sizeBytes: number
}

export interface UploadRefusal extends Refusal {
  readonly code:
    /** No such upload in this repository (or the id is none). */
    | 'BLOB_UPLOAD_UNKNOWN'
    /** The chunk does not begin where the last one ended, or another request is writing. */
    | 'RANGE_INVALID'
    /** The bytes are not those of the digest. The upload is gone, and nothing became visible. */
    | 'DIGEST_INVALID'
    /** More or fewer bytes than were announced. */
    | 'SIZE_INVALID'
  /** Where the upload stands, if it goes on. */
  readonly status?: UploadStatus
}

export interface Chunk {
  readonly body: Bytes | ReadableStream<Bytes>
  /** The first byte's place in the blob, where the client said it (`Content-Range`). */
  readonly offset?: number
  /** How many bytes the client announced (`Content-Length`). Else whatever comes is taken. */
  readonly sizeBytes?: number
}

/**
 * Blobs on their way in. Bytes are hashed as they pass; a blob becomes visible in one step, when it
 * is whole. A stream that breaks off rejects with its error and leaves the bytes received so far, so
 * that the client may ask for the status and go on.
 */
export interface Uploads {
  start(repository: RepositoryName): Promise<UploadStatus>
  status(repository: RepositoryName, id: string): Promise<UploadStatus | null>
  append(
    repository: RepositoryName,
    id: string,
    chunk: Chunk,
  ): Promise<Parsed<UploadStatus, UploadRefusal>>
  /** Takes the last chunk, if there is one, checks the digest and links the blob. */
  finish(
    repository: RepositoryName,
    id: string,
    digest: Digest,
    chunk?: Chunk,
  ): Promise<Parsed<{ readonly digest: Digest; readonly sizeBytes: number }, UploadRefusal>>
  /** False when there was no such upload. */
  cancel(repository: RepositoryName, id: string): Promise<boolean>
}
