import type { Clock } from '#domain/time/clock.ts'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'
import { assertSafePath } from '#storage/storage-path.ts'
import { filesUnder, MemoryFolder, parentOf, type MemoryNode } from './memory-tree.ts'
import type { MadeBytes } from './made-bytes.ts'
import { MemoryFile } from './memory-file.ts'
import { createPathLookup } from './path-lookup.ts'

/** A file outside the storage: in a snapshot that survives a reload of the page. */
export interface SnapshotFile {
  readonly bytes: Bytes | MadeBytes
  readonly modifiedAtMs: number
}

export interface MemoryStorageOptions {
  /** The initial files, as `files()` returns them. */
  readonly files?: Iterable<readonly [path: string, file: SnapshotFile]>
  /** Called in the same turn as each change, once for each file; null: the file is gone. */
  readonly onChange?: (path: string, file: SnapshotFile | null) => void
  readonly clock?: Clock
}

/** The reads of a storage in memory, which wait for nothing. */
export interface MemoryReads {
  open(path: string): MemoryFile | null
  list(path: string): readonly MemoryNode[]
}

/**
 * Files and folders in memory, under the object store and the upload store of this room. The
 * same calls as a tree of files on a disk has, so that tests can put either under a store.
 */
export interface MemoryFileTree {
  readonly reads: MemoryReads
  /** How it is opened makes no difference here. */
  open(path: string, how?: object): Promise<MemoryFile | null>
  list(path: string): Promise<readonly MemoryNode[]>
  /** Resolves to the number of bytes written. With `append`, adds to the end. */
  write(
    path: string,
    body: Bytes | ReadableStream<Bytes>,
    options?: { readonly append?: boolean; readonly modifiedAtMs?: number | undefined },
  ): Promise<number>
  /** Of a file or folder. */
  move(from: string, to: string): Promise<void>
  /** A folder goes with everything in it. An absent path is no error. */
  remove(path: string, how?: object): Promise<void>
  /** False if the folder contains anything but folders: then it stays. */
  removeEmpty(path: string): Promise<boolean>
  files(): Iterable<readonly [path: string, file: SnapshotFile]>
}

const snapshotOf = (file: MemoryFile): SnapshotFile => ({
  bytes: file.stored(),
  modifiedAtMs: file.modifiedAtMs,
})

/**
 * Images in memory: a tree of maps, so that listing a folder costs only what the folder holds.
 * Reads resolve at once.
 */
export function createMemoryFileTree(options: MemoryStorageOptions = {}): MemoryFileTree {
  const { onChange, clock = { nowMs: () => Date.now() } } = options
  const root = new MemoryFolder('')
  const lookup = createPathLookup(root)
  for (const [path, file] of options.files ?? []) {
    const { folder, name } = parentOf(root, path)
    folder.put(new MemoryFile(name, file.bytes, file.modifiedAtMs))
  }

  function put(
    path: string,
    content: Bytes | Bytes[],
    append: boolean,
    modifiedAtMs = clock.nowMs(),
  ): void {
    const { folder, name } = parentOf(root, path)
    const present = folder.get(name)
    if (present?.kind === 'folder') throw new StoreError('FAILED', path)
    const file =
      append && present
        ? present.appended([content].flat(), modifiedAtMs)
        : new MemoryFile(name, content, modifiedAtMs)
    folder.put(file)
    onChange?.(path, snapshotOf(file))
  }

  /** Removes the node from its folder. */
  function unlink(path: string): void {
    const { folder, name } = parentOf(root, path)
    folder.remove(name)
    lookup.forget()
  }

  const reads: MemoryReads = {
    open(path) {
      const node = lookup.find(path)
      return node?.kind === 'file' ? node : null
    },

    list(path) {
      const node = path === '' ? root : lookup.find(path)
      return node?.kind === 'folder' ? node.nodes() : []
    },
  }

  return {
    reads,
    open: async (path) => reads.open(path),
    list: async (path) => reads.list(path),

    async write(path, body, { append = false, modifiedAtMs } = {}) {
      assertSafePath(path)
      if (body instanceof Uint8Array) {
        put(path, body.slice(), append, modifiedAtMs)
        return body.length
      }
      const chunks: Bytes[] = []
      let sizeBytes = 0
      try {
        for await (const chunk of body) {
          chunks.push(chunk.slice())
          sizeBytes += chunk.length
        }
      } catch (error) {
        if (append && sizeBytes > 0) put(path, chunks, true)
        throw error
      }
      put(path, chunks, append, modifiedAtMs)
      return sizeBytes
    },

    async move(from, to) {
      const node = lookup.find(from)
      if (node === null) throw new StoreError('NOT_FOUND', from)
      const target = parentOf(root, to)
      if (target.folder.get(target.name)?.kind === 'folder') {
        throw new StoreError('FAILED', to)
      }
      unlink(from)
      // A new node each time: an earlier listing still shows the old name.
      target.folder.put(node.named(target.name))
      if (onChange === undefined) return
      for (const [path, file] of filesUnder(node, to)) {
        onChange(from + path.slice(to.length), null)
        onChange(path, snapshotOf(file))
      }
    },

    async remove(path) {
      const node = lookup.find(path)
      if (node === null) return
      unlink(path)
      if (onChange === undefined) return
      for (const [gone] of filesUnder(node, path)) onChange(gone, null)
    },

    async removeEmpty(path) {
      const node = lookup.find(path)
      if (node === null) return true
      if (filesUnder(node, path).next().done !== true) return false
      unlink(path)
      return true
    },

    *files() {
      for (const [path, file] of filesUnder(root, '')) yield [path, snapshotOf(file)] as const
    },
  }
}
