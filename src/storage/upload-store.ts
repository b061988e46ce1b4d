import type { BlindSpot, DeleteOutcome, Prefix } from './object-store.ts'
import type { Bytes } from './storage.ts'

/** Where an upload is: a prefix of its own, below one that all uploads of a repository have. */
export type UploadPrefix = Exclude<Prefix, ''>

export interface UploadStat {
  /** The bytes that it has: where the next ones must begin. */
  readonly sizeBytes: number
  /** Milliseconds since the epoch, by the store's own clock: when it was begun, or got bytes. */
  readonly lastWrittenAtMs: number
}

export interface UploadChunk {
  /** Where the body begins in the object. */
  readonly offset: number
  readonly body: Bytes | ReadableStream<Bytes>
}

/** It is not there; or it has so many bytes and not as many as its caller believes. Nothing was done. */
export type UploadRefused =
  | { readonly kind: 'absent' }
  | { readonly kind: 'other size'; readonly sizeBytes: number }

export type ListedUpload =
  | ({ readonly kind: 'upload'; readonly prefix: UploadPrefix } & UploadStat)
  /** No upload is a single key. It hides nothing. */
  | { readonly kind: 'stray'; readonly key: string }
  | BlindSpot

/**
 * Objects on their way in: bytes that nobody sees until they are committed. An upload that a loss of
 * power ends is begun again by its client, so that nothing before `commit` need be durable.
 *
 * Each method rejects with `StoreError`. None takes an upload for itself: two calls that write to one
 * at the same time are for the caller to keep apart. Where several servers write to one store, the
 * bytes of one upload may come to any of them.
 */
export interface UploadStore {
  /** Begins an upload without bytes. Again: what is there stays. */
  begin(upload: UploadPrefix, startedAtMs: number): Promise<void>

  /** Null where it was not begun, or is over. */
  stat(upload: UploadPrefix): Promise<UploadStat | null>

  /** All bytes so far, for whoever has not seen them pass. Null where there is no upload. */
  read(upload: UploadPrefix): Promise<ReadableStream<Bytes> | null>

  /**
   * Adds to its end. Where the body breaks off, which rejects with its error, some of what came before
   * is kept: `stat` tells how much, and a store that writes in large parts may keep less than it took.
   */
  append(
    upload: UploadPrefix,
    chunk: UploadChunk,
  ): Promise<{ readonly kind: 'appended'; readonly sizeBytes: number } | UploadRefused>

  /**
   * Makes an upload of that many bytes the object of a key, in one step and durably: a reader sees the
   * old one or all of the new one. Then the upload goes, lazily; if that fails, which rejects, the
   * object is there all the same, and the upload is left for `abort`. Looks at no digest.
   */
  commit(
    upload: UploadPrefix,
    key: string,
    options: { readonly sizeBytes: number },
  ): Promise<{ readonly kind: 'committed' } | UploadRefused>

  /**
   * Removes it with all that is below its prefix, lazily, unless it was written at that moment or
   * later. `absent` too where it left no more than an empty folder, which goes.
   */
  abort(
    upload: UploadPrefix,
    options?: { readonly unlessModifiedSinceMs?: number },
  ): Promise<Exclude<DeleteOutcome, { kind: 'failed' }>>

  /**
   * The uploads below a prefix, in pages and in no promised order, with their times. One that is just
   * being begun, or just over, may be there or not.
   */
  list(uploads: UploadPrefix): AsyncIterable<readonly ListedUpload[]>
}
