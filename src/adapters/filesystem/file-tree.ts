import type { ByteRange, Bytes } from '#storage/bytes.ts'

export interface StoredFile {
  readonly sizeBytes: number
  /**
   * The bytes that its removal frees, where these may be fewer than its size: it has another name,
   * or is sparse.
   */
  readonly freedBytes?: number
  /** When it was written, as far as the storage knows. Milliseconds since the epoch. */
  readonly modifiedAtMs: number
  /** The whole file. For small files: manifests, links, entries. */
  bytes(): Promise<Bytes>
  /** The file or a part of it, read as it is consumed. */
  stream(range?: ByteRange): ReadableStream<Bytes>
}

export interface StoredEntry {
  readonly name: string
  /** `other`: a symbolic link (never followed), a device, a socket. */
  readonly kind: 'file' | 'folder' | 'other'
}

/** Hints that make an open faster. */
export interface OpenOptions {
  /** The caller will ask for all of its bytes, and they are few. */
  readonly whole?: boolean
  /** The caller will not ask for a larger file, so with `whole` the storage need not read it. */
  readonly maximumBytes?: number
}

export interface WriteOptions {
  readonly append?: boolean
  readonly lazily?: boolean
  readonly fromReserve?: boolean
  /** The time that a whole file gets; default: now. Milliseconds since the epoch. */
  readonly modifiedAtMs?: number
}

/** Lists folders, as a file tree does, or at once, with calls that block. */
export interface FolderLister {
  list(path: string): Promise<readonly StoredEntry[]> | readonly StoredEntry[]
}

/** The part of a file tree that changes nothing. */
export interface FileTreeReader {
  /**
   * The file at `path`, or null where there is none. A folder is no file. Its bytes are those of
   * the moment when the caller asks for them, or with `whole` those of the moment of this call.
   */
  open(path: string, options?: OpenOptions): Promise<StoredFile | null>

  /**
   * The entries of a folder, in no promised order; none if the folder does not exist, or if a
   * symbolic link leads to it. An empty folder may be listed or not.
   */
  list(path: string): Promise<readonly StoredEntry[]>
}

/**
 * Files by path, relative to a root, with `/` between the parts: what the object store and the
 * upload store of a file system are made of. Nothing outside the adapters knows it.
 *
 * A fulfilled promise of `write`, `move` or `remove` means durable: the change survives the end of
 * the process and, where the platform can ensure it, a loss of power. Failures reject with
 * `StoreError`.
 */
export interface FileTree extends FileTreeReader {
  /**
   * Writes a whole file, and creates its folders. Atomic: a reader sees the old file or the new
   * one. Resolves to the number of bytes that this call wrote.
   *
   * With `append`, adds to the end instead, and creates the file if it is absent. That is not
   * atomic, and durable only once the file is moved, so it is only for uploads in progress. With
   * `lazily`, does not wait until the file and its new folder are durable: only for data that may
   * be lost in a loss of power. With `fromReserve`, may use the space that is reserved for freeing
   * space: only for a few bytes without which something could not be deleted.
   */
  write(path: string, body: Bytes | ReadableStream<Bytes>, options?: WriteOptions): Promise<number>

  /** Renames a file or folder, replacing a file at the target. Atomic. `from` must exist. */
  move(from: string, to: string): Promise<void>

  /**
   * Removes a file, or a folder with everything in it. An absent path is no error. With `lazily`,
   * does not wait until the removal is durable: only for garbage, which may come back after a loss
   * of power.
   */
  remove(path: string, options?: { readonly lazily?: boolean }): Promise<void>

  /**
   * Removes a folder that contains only folders. False if it contains anything else, also if that
   * is put there during the call: then nothing of it is removed. An absent folder is no error.
   */
  removeEmpty(path: string): Promise<boolean>
}
