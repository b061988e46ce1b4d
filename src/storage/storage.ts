import type { Awaitable } from '#domain/values/awaitable.ts'
import { StoreError as StorageError } from './errors.ts'

export { StorageError }

/** Bytes that belong to one buffer of their own, as `Response` and `Blob` take them. */
export type Bytes = Uint8Array<ArrayBuffer>

export interface ByteRange {
  /** The first byte, from 0. */
  readonly start: number
  /** The last byte, included, as in a `Range` header. */
  readonly end: number
}

export interface StoredFile {
  readonly sizeBytes: number
  /** What its removal gives back, where that may be less than its size: of another name, or sparse. */
  readonly freesBytes?: number
  /** Milliseconds since the epoch; when it was written, as far as the storage knows. */
  readonly modifiedAtMs: number
  /** The whole file. For small files: manifests, links, entries. */
  bytes(): Awaitable<Bytes>
  /** The same bytes as storage itself has them, which nobody may change; absent where it has none. */
  shared?(): Bytes
  /** The file or a part of it, read as it is consumed. */
  stream(range?: ByteRange): ReadableStream<Bytes>
}

export interface StoredEntry {
  readonly name: string
  /** `other`: a symbolic link, which is never followed, a device, a socket. */
  readonly kind: 'file' | 'folder' | 'other'
}

/** What a reader that is in a hurry may make use of. */
export interface OpenOptions {
  /** The folder that it lies in was just listed as one, and need not be looked at again. */
  readonly folderSeen?: boolean
  /** All of its bytes will be asked for, and they are few. */
  readonly whole?: boolean
  /** What is larger will not be asked for, so that with `whole` it need not be read. */
  readonly maximumBytes?: number
}

export interface WriteOptions {
  readonly append?: boolean
  readonly lazily?: boolean
  readonly fromReserve?: boolean
}

/** The half of a storage that changes nothing. */
export interface StorageReader {
  /**
   * The file at `path`, or null where there is none. A folder is no file. Its bytes are as they are
   * when they are asked for, or with `whole` as they are now.
   */
  open(path: string, options?: OpenOptions): Awaitable<StoredFile | null>

  /**
   * The entries of a folder, in no promised order; none where there is no such folder, or where a
   * symbolic link leads to it. An empty folder may be listed or not.
   */
  list(path: string): Awaitable<readonly StoredEntry[]>
}

/**
 * Where images are at rest: files by path, relative to a root, with `/` between the parts.
 * Paths come from `layout.ts` alone, which is built from parsed names only.
 *
 * A promise of `write`, `move` or `remove` that is fulfilled means durable: the change survives the
 * process being killed and, where the platform has a way to ask for it, the machine losing power.
 * Failures reject with `StorageError`; a storage that answers reads at once throws it.
 */
export interface Storage extends StorageReader {
  /**
   * Writes a whole file, creating its folders. Atomic: a reader sees the old file or the new one.
   * With `append`, adds to the end instead (creating the file); that is not atomic, and durable only
   * once the file was moved, so it is for uploads in progress alone. With `lazily`, does not wait
   * until it is durable, nor the folder that is made for it: for what nobody misses after a loss of
   * power. With `fromReserve`, may use space that is kept for what frees space: for few bytes, without
   * which something could not be deleted.
   * Resolves to the number of bytes written by this call.
   */
  write(path: string, body: Bytes | ReadableStream<Bytes>, options?: WriteOptions): Promise<number>

  /** Renames a file or folder, replacing a file at the target. Atomic. `from` must exist. */
  move(from: string, to: string): Promise<void>

  /**
   * Removes a file, or a folder with all that is in it. Nothing there is no error. With `lazily`,
   * does not wait until that is durable: for garbage, which may come back after a loss of power.
   */
  remove(path: string, options?: { readonly lazily?: boolean }): Promise<void>

  /**
   * Removes a folder in which there is nothing but folders. False where there is anything else, of
   * which nothing is removed, also when it is put there meanwhile. Nothing there is no error.
   */
  removeEmpty(path: string): Promise<boolean>
}

/**
 * What a read says, or what it stands for where storage cannot tell: for lack of rights, say. What is
 * gone by the time it is read counts as never found.
 */
export function unlessUnreadable<T, A, U>(
  read: () => Awaitable<T>,
  absent: A,
  unreadable: U,
): Awaitable<T | A | U> {
  const instead = (error: unknown): A | U => {
    if (!(error instanceof StorageError)) throw error
    return error.code === 'NOT_FOUND' ? absent : unreadable
  }
  try {
    const reading = read()
    return reading instanceof Promise ? reading.catch(instead) : reading
  } catch (error) {
    return instead(error)
  }
}

/** All of a file, or null where it is gone by now. */
export async function bytesUnlessGone(file: StoredFile): Promise<Bytes | null> {
  try {
    return await file.bytes()
  } catch (error) {
    if (error instanceof StorageError && error.code === 'NOT_FOUND') return null
    throw error
  }
}
