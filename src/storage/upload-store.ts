import type { BlindSpot, DeleteOutcome, Prefix } from './object-store.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Bytes } from './bytes.ts'

/** The prefix of one upload, below the prefix of all uploads of its repository. */
export type UploadPrefix = Exclude<Prefix, ''>

export interface UploadStat {
  /** The bytes received so far: where the next ones must begin. */
  readonly sizeBytes: number
  /**
   * When it began, or last received bytes. Milliseconds since the epoch, by the store's own clock.
   */
  readonly lastWrittenAtMs: number
  /** Of all these bytes, as the caller that wrote the last of them has told; absent: unknown. */
  readonly digest?: Digest
  /** A call of another server is writing to it. */
  readonly isBusy?: true
}

export interface UploadChunk {
  /** Where the body begins in the object. */
  readonly offset: number
  readonly body: Bytes | ReadableStream<Bytes>
  /**
   * Asked once the body has been read: the digest of all bytes of the upload, if the caller knows
   * it. A store that several servers share keeps it for the others.
   */
  readonly digestAfter?: () => Digest | null
}

/** Why a call has changed nothing. */
export type UploadRefused =
  | { readonly kind: 'absent' }
  /**
   * Another server writes to the upload, or has taken it over from this call, which may have read its
   * body by then.
   */
  | { readonly kind: 'busy' }
  /** It differs from what the caller expects. */
  | { readonly kind: 'other size'; readonly sizeBytes: number }

export type ListedUpload =
  | ({ readonly kind: 'upload'; readonly prefix: UploadPrefix } & UploadStat)
  /** A single key, which no upload is. It hides nothing. */
  | { readonly kind: 'stray'; readonly key: string }
  | BlindSpot

/**
 * Uploads in progress: no reader sees their bytes before the commit. A client begins an upload
 * again after a loss of power, so nothing before `commit` need be durable.
 *
 * Each method rejects with `StoreError`. None locks an upload: the caller must keep two writes to
 * one upload apart. A store that several servers share does it for them: of two that write at once,
 * one is refused as `busy`, and their bytes never mix.
 */
export interface UploadStore {
  /** Begins an upload without bytes. On an upload that exists it does nothing. */
  begin(upload: UploadPrefix, startedAtMs: number): Promise<void>

  /** Null where the upload never began, or has ended. */
  stat(upload: UploadPrefix): Promise<UploadStat | null>

  /**
   * All bytes so far, for a caller that did not hash them as they came. Null where there is no
   * upload.
   */
  read(upload: UploadPrefix): Promise<ReadableStream<Bytes> | null>

  /**
   * Appends to the upload. If the body breaks off, it rejects with the body's error and keeps some
   * of the bytes before it: `stat` tells how many. A store that writes in large parts may keep
   * fewer than it took.
   */
  append(
    upload: UploadPrefix,
    chunk: UploadChunk,
  ): Promise<{ readonly kind: 'appended'; readonly sizeBytes: number } | UploadRefused>

  /**
   * Turns an upload of that many bytes into the object of a key, in one step and durably: a reader
   * sees the old object or all of the new one. Checks no digest. Leaves the rest of the upload to
   * `discard`, after the caller has linked the object; until then `stat` may show an upload without
   * bytes.
   */
  commit(
    upload: UploadPrefix,
    key: string,
    options: { readonly sizeBytes: number },
  ): Promise<{ readonly kind: 'committed' } | UploadRefused>

  /** Removes the upload with everything below its prefix, lazily. An absent one is no error. */
  discard(upload: UploadPrefix): Promise<void>

  /**
   * The same, unless the upload was written at that moment or later, and tells what it freed. Also
   * `absent` where only an empty folder was left, which it removes.
   */
  abort(
    upload: UploadPrefix,
    options?: { readonly unlessModifiedSinceMs?: number },
  ): Promise<Exclude<DeleteOutcome, { kind: 'failed' | 'not tried' }>>

  /**
   * The uploads below a prefix with their times, in pages and in no promised order. An upload that
   * is just beginning or ending may be in the list or not.
   */
  list(uploads: UploadPrefix): AsyncIterable<readonly ListedUpload[]>
}
