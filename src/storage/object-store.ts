import { StoreError, type StoreErrorCode } from './errors.ts'
import type { ByteRange, Bytes } from './storage.ts'

/** Empty, for all that there is, or some parts of a key and the `/` after them. */
export type Prefix = '' | `${string}/`

/**
 * Durable: once the promise is fulfilled the change survives the end of the process, and, where the
 * platform has a way to ask for it, a loss of power. Lazy: it survives the process, and a loss of
 * power may undo it: for garbage that goes, and for what a client begins again.
 */
export type Durability = 'durable' | 'lazy'

/** Bytes from the first one named, to the last one named or the end; or so many at the end. */
export type ObjectPart =
  | { readonly start: number; readonly end?: number }
  | { readonly suffix: number }

/** An object without its bytes. */
export interface ObjectHead {
  readonly sizeBytes: number
  /**
   * When it was written, in milliseconds since the epoch by the store's own clock, which may tick in
   * whole seconds and lag behind ours.
   */
  readonly modifiedAtMs: number
}

export interface OpenedObject extends ObjectHead {
  /** The bytes that `body` has. Null: none, for the object is empty, or the part begins after its end. */
  readonly range: ByteRange | null
  /**
   * Read as it is consumed. To be read to its end, or canceled: until then it holds a file, or a
   * connection. What passes it on does not touch it: a host may know how to send its bytes without
   * reading it as a stream.
   */
  readonly body: ReadableStream<Bytes>
}

/** Why a store cannot tell what is at a key, or below it. */
export type Obstacle =
  /** It may lead to anything, and is never followed. */
  | 'symbolic link'
  | 'no permission'
  /** A pipe, a socket, a device, or a name that no key can have. */
  | 'strange file'
  /** A file where a file system has folders on the way to keys: whoever put it there took them away. */
  | 'file'

/**
 * A key of which, as of all keys that go on with `/` after it, the store cannot tell whether they are
 * there. Whatever reads a listing to learn what may be destroyed must fail closed on each.
 */
export interface BlindSpot {
  readonly kind: 'blind spot'
  readonly key: string
  readonly obstacle: Obstacle
}

export type Listed =
  | { readonly kind: 'key'; readonly key: string }
  /** Of what is below it, in a list with a delimiter. On a file system it may be an empty folder. */
  | { readonly kind: 'prefix'; readonly prefix: Exclude<Prefix, ''> }
  | BlindSpot

export interface ListOptions {
  /** Only what is directly below the prefix, and the next prefixes. Absent: all keys, at any depth. */
  readonly delimiter?: '/'
  /** A key, or a prefix as it was listed: the list begins after it. */
  readonly after?: string
  /**
   * Whether whatever is there from beginning to end must be listed though others come and go. Some
   * file systems leave out an entry, and say nothing of it, while its folder changes.
   */
  readonly stable?: boolean
}

/** What went wrong with one key of many. Plain data, which goes from thread to thread as it is. */
export interface KeyFailed {
  readonly kind: 'failed'
  readonly code: StoreErrorCode
  /** The platform's words, for a log. */
  readonly reason: string
}

/** The same for a caller to whom it is an error. */
export const errorOfKey = ({ code, reason }: KeyFailed, key: string): StoreError =>
  new StoreError(code, key, { cause: new Error(reason) })

/** Nothing there; or something that is no object, or that cannot be reached: never read, never followed. */
export type KeyWithoutObject =
  | { readonly kind: 'absent' }
  | { readonly kind: 'hidden'; readonly obstacle: Obstacle }
  | KeyFailed

export type HeadOutcome = ({ readonly kind: 'found' } & ObjectHead) | KeyWithoutObject

export type GetOutcome =
  /** The bytes belong to the caller. */
  | ({ readonly kind: 'found'; readonly bytes: Bytes } & ObjectHead)
  /** Larger than was asked for, so that it was not read. */
  | { readonly kind: 'too large'; readonly sizeBytes: number }
  | KeyWithoutObject

export interface PutOptions {
  /** Default: durable. */
  readonly durability?: Durability
  /**
   * May use space that a store keeps for what frees space: for few bytes, without which something
   * could not be deleted. A store without such space takes it as any other put.
   */
  readonly fromReserve?: boolean
}

export interface DeleteOptions {
  /** Default: durable. */
  readonly durability?: Durability
  /**
   * Whether each key has the prefix above it for itself, as a blob or a link has: on a file system that
   * folder goes too once it is empty, also where the object is gone already. Default: folders stay.
   */
  readonly prunes?: boolean
  /** What was written at that moment or later stays. Milliseconds since the epoch, by the store's clock. */
  readonly unlessModifiedSinceMs?: number
}

export type DeleteOutcome =
  /** Bytes that are free now: fewer than its size where it had another name, or was sparse. */
  | { readonly kind: 'removed'; readonly bytes: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'modified' }
  /** It may be there still, or be gone already. */
  | KeyFailed

/** Decides and removes a thousand keys at most, by other means than a store's own: on another thread, say. */
export type DeleteBatch = (
  keys: readonly string[],
  options: DeleteOptions,
) => Promise<readonly DeleteOutcome[]>

/**
 * Bytes at keys, on whatever platform. A key is parts with `/` between them, and comes from
 * `layout.ts`, which builds it from parsed names. Folders, symbolic links, temporary files and the
 * order in which a disk writes are an adapter's own business; so are parts, pages and repetitions.
 *
 * Each method rejects with `StoreError`: with `INVALID_PATH`, before anything is done, for a key or
 * prefix that is none. No method follows a symbolic link, at the end of a key or on the way to it.
 * Nothing here is a transaction: of two calls at the same time either may come first.
 */
export interface ObjectStore {
  /**
   * An object, or a part of it. Null where there is none; also for what is no object, and behind a
   * symbolic link: `headMany` and `list` tell these apart.
   *
   * Does not promise that the body is still there when it is read: it then fails with `NOT_FOUND`.
   * One that is replaced meanwhile may be read as it was or as it is, as far as it goes.
   */
  get(key: string, part?: ObjectPart): Promise<OpenedObject | null>

  /**
   * Small objects whole, as many outcomes as keys and in their order. What is larger than
   * `maximumBytes` is not read. What befalls one key says nothing of the others.
   *
   * Promises no order in which they are read, and no moment that all are true of: two keys that must
   * be read one after the other take two calls. Holds all of them in memory at once.
   */
  getMany(
    keys: readonly string[],
    options: { readonly maximumBytes: number },
  ): Promise<readonly GetOutcome[]>

  /** The same without bytes. Costs a request for each key where a platform has no better way. */
  headMany(keys: readonly string[]): Promise<readonly HeadOutcome[]>

  /**
   * Writes a whole object: a reader sees the old one or the new one, and where the body breaks off,
   * which rejects with its error, the old one stays. Resolves to the number of bytes. Of several at
   * the same time one wins, whole. The bytes are copied, or written, by the time it resolves, and
   * must not change before.
   *
   * Does not promise to notice that another put came in between. A key that is a prefix of others, or
   * has one of them as its prefix, is `FAILED` on a file system; no layout of ours has such keys.
   */
  put(key: string, body: Bytes | ReadableStream<Bytes>, options?: PutOptions): Promise<number>

  /**
   * What is below a prefix, in pages, in the order of their UTF-8 bytes as if each folder ended in
   * `/`: `a-b` before `a/`. Nothing there is an empty list. What is instead of the prefix, or on the
   * way to it, and is no folder, or may not be read, is a blind spot, and then the list has nothing else.
   *
   * Promises no sizes, no times, and no moment that all of it is true of: what comes or goes meanwhile
   * may be there or not. Not that a prefix has anything below it. Rejects where the listing breaks
   * off; what it gave until then is not all. Temporary files of an adapter are never in it.
   */
  list(prefix: Prefix, options?: ListOptions): AsyncIterable<readonly Listed[]>

  /**
   * Removes objects, as many outcomes as keys and in their order. A symbolic link or strange file at
   * the key itself goes, for zero bytes, and nothing that it leads to; one on the way to it fails with
   * `INVALID_PATH`. Whether an object was modified is asked in the call that removes it, where the
   * platform has such a call.
   *
   * Promises no order: of keys that must go one after the other, each takes a call of its own. Not that
   * all are looked at before the first goes. Where it is interrupted, any of them may be gone.
   * A key that is named twice is removed, and counted, once.
   */
  deleteMany(keys: readonly string[], options?: DeleteOptions): Promise<readonly DeleteOutcome[]>

  /**
   * Makes an object one of another key, where it replaces what is there, durably. `NOT_FOUND` where
   * there is none. The times and bytes stay; nothing is written, so that a full disk allows it.
   *
   * Promises atomicity only on a file system. On object storage it is a copy and then a removal, so
   * that both keys may be there for a while and after a crash: readers must take the target for the
   * truth, and the modified time is then that of the copy.
   */
  move(from: string, to: string): Promise<void>

  /**
   * Removes empty folders below a prefix, and the prefix's own, durably. True when nothing is left of
   * it; what has anything in it stays, also when it is put there meanwhile. On object storage there
   * are none, and it only looks.
   */
  prune(prefix: Exclude<Prefix, ''>): Promise<boolean>
}
