import { StoreError, type StoreErrorCode } from './errors.ts'
import type { ByteRange, Bytes } from './bytes.ts'

/** Empty for the whole store, or the first parts of a key with a `/` at the end. */
export type Prefix = '' | `${string}/`

/**
 * Durable: once the promise is fulfilled, the change survives the end of the process and, where the
 * platform can ensure it, a loss of power. Lazy: the change survives the process, but a loss of
 * power may undo it. Use lazy for the removal of garbage, and for what a client begins again.
 */
export type Durability = 'durable' | 'lazy'

/**
 * From the first byte to the last byte (included) or the end of the object; or so many bytes at its
 * end.
 */
export type ObjectPart =
  | { readonly start: number; readonly end?: number }
  | { readonly suffix: number }

/** An object without its bytes. */
export interface ObjectHead {
  readonly sizeBytes: number
  /**
   * When the object was written, in milliseconds since the epoch, by the store's own clock. That
   * clock may tick in whole seconds and lag behind ours.
   */
  readonly modifiedAtMs: number
}

export interface OpenedObject extends ObjectHead {
  /**
   * The bytes that `body` has. Null: none, because the object is empty, or the part begins after
   * its end.
   */
  readonly range: ByteRange | null
  /**
   * Read as it is consumed. Read it to its end, or cancel it: until then it holds a file or a
   * connection. Code that only passes it on must not touch it: a host may be able to send its bytes
   * without reading it as a stream.
   */
  readonly body: ReadableStream<Bytes>
}

/** Why a store cannot tell what is at a key, or below it. */
export type Obstacle =
  /** It may lead anywhere, and is never followed. */
  | 'symbolic link'
  | 'no permission'
  /** A pipe, a socket, a device, or a name that no key can have. */
  | 'strange file'
  /**
   * A file where a file system needs a folder on the path of the key: it displaced the keys below
   * it.
   */
  | 'file'

/**
 * A key that the store cannot look at. It cannot tell whether this key, or any key that continues
 * it with `/`, exists. Code that reads a listing to decide a deletion must fail closed on each.
 */
export interface BlindSpot {
  readonly kind: 'blind spot'
  readonly key: string
  readonly obstacle: Obstacle
}

export type Listed =
  | { readonly kind: 'key'; readonly key: string }
  /**
   * In a list with a delimiter: stands for all keys below it. On a file system it may be an empty
   * folder.
   */
  | { readonly kind: 'prefix'; readonly prefix: Exclude<Prefix, ''> }
  | BlindSpot

export interface ListOptions {
  /**
   * Lists only the keys directly below the prefix, and the next prefixes. Absent: all keys, at any
   * depth.
   */
  readonly delimiter?: '/'
  /** A key, or a prefix as it was listed: the list begins after it. */
  readonly after?: string
  /**
   * Whether the list must include every key that exists throughout the listing, though other keys
   * come and go. Some file systems leave out an entry, without an error, while its folder changes.
   */
  readonly stable?: boolean
}

/** Why one key of many failed. Plain data, which can be sent between threads. */
export interface KeyFailed {
  readonly kind: 'failed'
  readonly code: StoreErrorCode
  /** The platform's message, for a log. */
  readonly reason: string
}

/**
 * A failure of the store, for one key of many. Throws any other error, such as that of a test that
 * ends a process.
 */
export function failedOf(error: unknown): KeyFailed {
  if (!(error instanceof StoreError)) throw error
  const { cause } = error
  return {
    kind: 'failed',
    code: error.code,
    reason: cause instanceof Error ? cause.message : error.message,
  }
}

/** The same as an error, for callers that must throw it. */
export const errorOfKey = ({ code, reason }: KeyFailed, key: string): StoreError =>
  new StoreError(code, key, { cause: new Error(reason) })

/**
 * Nothing is there; or something that is no object, or is out of reach: never read, never followed.
 * Where lack of rights hides whether anything is there, or what it holds, the key has failed, with
 * `DENIED`; `headMany` tells whether an object is there.
 */
export type KeyWithoutObject =
  | { readonly kind: 'absent' }
  | { readonly kind: 'hidden'; readonly obstacle: Obstacle }
  | KeyFailed

export type HeadOutcome = ({ readonly kind: 'found' } & ObjectHead) | KeyWithoutObject

export type GetOutcome =
  /** Callers must not change the bytes: a store in memory may share them between its readers. */
  | ({ readonly kind: 'found'; readonly bytes: Bytes } & ObjectHead)
  /** Larger than the limit, so it was not read. */
  | ({ readonly kind: 'too large' } & ObjectHead)
  | KeyWithoutObject

/** Hints that make reads faster. */
export interface ReadHints {
  /**
   * The caller has just listed or scanned what is directly above each key (`{delimiter: '/'}`), so
   * a store need not check again that no symbolic link leads there.
   */
  readonly listed?: boolean
  /**
   * The same for what is one part further above: `a/` was listed, and the keys are `a/b/c`. The
   * store still checks `a/b`.
   */
  readonly listedAbove?: boolean
}

export interface PutOptions {
  /** Default: durable. */
  readonly durability?: Durability
  /**
   * May use the space that a store reserves for freeing space. Only for a few bytes without which
   * something could not be deleted. A store without such a reserve treats it as any other put.
   */
  readonly fromReserve?: boolean
  /** Tells this as the time of its write, where a store can: only for what people see of it. */
  readonly modifiedAtMs?: number
}

export interface DeleteOptions {
  /** Default: durable. */
  readonly durability?: Durability
  /**
   * Whether each key has the prefix above it to itself, as a blob or a link has. On a file system
   * the folder of that prefix is then removed too once it is empty, even if the object is gone
   * already. With `whole folder`, what else is in the folder goes too, such as files that other
   * software puts into every folder; an object that was written at the key again stays. Default:
   * folders stay.
   */
  readonly prunes?: boolean | 'whole folder'
  /**
   * What was written at that moment or later stays. Milliseconds since the epoch, by the store's
   * clock.
   */
  readonly unlessModifiedSinceMs?: number
  /**
   * A store whose removals may take long tries no further key after so many milliseconds, but at
   * least one. For code that must be able to stop between two calls. Default: it tries all.
   */
  readonly maximumMs?: number
}

export type DeleteOutcome =
  /** The bytes freed: fewer than the size if the file had another name, or was sparse. */
  | { readonly kind: 'removed'; readonly bytes: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'modified' }
  /** `maximumMs` had passed before its turn: nothing of it was touched. */
  | { readonly kind: 'not tried' }
  /** It may still exist, or be gone already. */
  | KeyFailed

/**
 * Decides and removes at most a thousand keys by another way than the store's own, for example on
 * another thread.
 */
export type DeleteBatch = (
  keys: readonly string[],
  options: DeleteOptions,
) => Promise<readonly DeleteOutcome[]>

/**
 * Bytes at keys, on any platform. A key has parts with `/` between them, and comes from
 * `layout.ts`, which builds it from parsed names. Folders, symbolic links, temporary files and the
 * order in which a disk writes concern the adapter alone; so do multipart uploads, pages and
 * retries.
 *
 * Each method rejects with `StoreError`. For an invalid key or prefix it rejects with
 * `INVALID_PATH` before it does anything. No method follows a symbolic link, neither at the end of
 * a key nor on its path. There are no transactions: of two calls at the same time either may come
 * first.
 */
export interface ObjectStore {
  /**
   * An object, or a part of it. Null where there is none; also for what is no object, and behind a
   * symbolic link: `headMany` and `list` tell these apart.
   *
   * Does not promise that the body still exists when it is read: it then fails with `NOT_FOUND`. An
   * object that is replaced during the read may be read in its old or its new state, and may end
   * early.
   */
  get(key: string, part?: ObjectPart): Promise<OpenedObject | null>

  /**
   * Reads small objects whole. Returns as many outcomes as keys, in their order. Does not read what
   * is larger than `maximumBytes`. The outcome of one key says nothing about the others.
   *
   * Promises no order of reads, and no single moment at which all results hold: two keys that must
   * be read one after the other need two calls. Holds all objects in memory at once.
   */
  getMany(
    keys: readonly string[],
    options: ReadHints & { readonly maximumBytes: number },
  ): Promise<readonly GetOutcome[]>

  /** The same without bytes. Costs one request for each key where a platform has no better way. */
  headMany(keys: readonly string[], hints?: ReadHints): Promise<readonly HeadOutcome[]>

  /**
   * Writes a whole object. A reader sees the old object or the new one. If the body breaks off, the
   * call rejects with the body's error and the old object stays. Resolves to the number of bytes.
   * Of several puts at the same time one wins, whole. The caller must not change the bytes before
   * the call resolves; by then they are copied or written.
   *
   * Does not promise to notice another put in between. A key that is a prefix of other keys, or has
   * another key as its prefix, is `FAILED` on a file system; our layout has no such keys.
   */
  put(key: string, body: Bytes | ReadableStream<Bytes>, options?: PutOptions): Promise<number>

  /**
   * What is below a prefix, in pages, in the order of UTF-8 bytes as if each folder ended in `/`:
   * `a-b` before `a/`. An absent prefix gives an empty list. If the prefix, or a part of its path,
   * is no folder or cannot be read, the list has one blind spot and nothing else.
   *
   * Promises no sizes, no times, and no single moment at which the whole list holds: a key that
   * appears or disappears during the listing may be in it or not. Does not promise that a listed
   * prefix has anything below it. Rejects where the listing breaks off; the pages until then are
   * not complete. The list never contains an adapter's temporary files.
   */
  list(prefix: Prefix, options?: ListOptions): AsyncIterable<readonly Listed[]>

  /**
   * Removes objects. Returns as many outcomes as keys, in their order. A symbolic link or strange
   * file at the key itself is removed, and counts zero bytes; its target stays. One on the path of
   * the key fails with `INVALID_PATH`. The call that removes an object also checks whether it was
   * modified, where the platform has such a call.
   *
   * Promises no order: keys that must be removed one after the other need a call each. Does not
   * promise to look at all keys before it removes the first. If it is interrupted, any of the
   * objects may be gone. A key that is named twice is removed, and counted, once.
   */
  deleteMany(keys: readonly string[], options?: DeleteOptions): Promise<readonly DeleteOutcome[]>

  /**
   * Moves an object to another key, durably, and replaces what is there. `NOT_FOUND` where there is
   * none. Keeps the times and bytes. Writes no data, so a full disk allows it.
   *
   * Is atomic only on a file system. On object storage it is a copy and then a removal, so both
   * keys may exist for a while and after a crash: readers must trust the target, and the modified
   * time is then that of the copy.
   */
  move(from: string, to: string): Promise<void>

  /**
   * Removes the empty folders below prefixes, and the folders of the prefixes themselves, durably.
   * Returns as many results as prefixes, in their order: true when nothing of it is left. A folder
   * that is not empty stays, also if something is put into it during the call. Object storage has
   * no folders: there the call only looks. Rejects where one of them cannot be looked at; the
   * others may be gone then.
   */
  pruneMany(prefixes: readonly Exclude<Prefix, ''>[]): Promise<readonly boolean[]>
}

/** The part of an object store that changes nothing. */
export type ObjectReader = Pick<ObjectStore, 'get' | 'getMany' | 'headMany' | 'list'>
