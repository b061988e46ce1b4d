import { StorageError, type Bytes, type StoredEntry, type StoredFile } from '#registry/storage.ts'
import { partsOfPath } from '#registry/storage-path.ts'

/** Nodes are what a listing tells of them, so that listing a folder makes none anew. */
export interface MemoryFile extends StoredEntry {
  readonly kind: 'file'
  /** Joined when first read, so that appending many chunks stays linear. */
  chunks: Bytes[]
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** What whoever opens it gets, made when it is first opened: it stays as it is. */
  opened: StoredFile | null
}

export interface MemoryFolder extends StoredEntry {
  readonly kind: 'folder'
  readonly entries: Map<string, MemoryNode>
}

export type MemoryNode = MemoryFile | MemoryFolder

export const newFolder = (name: string): MemoryFolder => ({
  name,
  kind: 'folder',
  entries: new Map(),
})

export const newFile = (name: string, chunks: Bytes[], modifiedAtMs: number): MemoryFile => ({
  name,
  kind: 'file',
  chunks,
  sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  modifiedAtMs,
  opened: null,
})

export function joinedBytes(file: MemoryFile): Bytes {
  const [only] = file.chunks
  if (file.chunks.length === 1 && only) return only
  const joined = new Uint8Array(file.sizeBytes)
  let offset = 0
  for (const chunk of file.chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  file.chunks = [joined]
  return joined
}

/**
 * The same text by itself. What was cut out of a path keeps the whole path in memory, and costs
 * more to read each time; as the key of an object it is made one text wherever it occurs.
 */
const ownText = (part: string): string => Object.keys({ [part]: null })[0] ?? part

/** The folder that `path` lies in, made if absent, and the last part's name. */
export function parentOf(
  root: MemoryFolder,
  path: string,
): { readonly folder: MemoryFolder; readonly name: string } {
  const parts = partsOfPath(path)
  let folder = root
  for (const part of parts.slice(0, -1)) {
    let next = folder.entries.get(part)
    if (next === undefined) {
      next = newFolder(ownText(part))
      folder.entries.set(next.name, next)
    }
    if (next.kind === 'file') throw new StorageError('FAILED', path)
    folder = next
  }
  return { folder, name: ownText(parts[parts.length - 1] ?? '') }
}

export function* filesUnder(
  node: MemoryNode,
  path: string,
): Generator<readonly [path: string, file: MemoryFile]> {
  if (node.kind === 'file') {
    yield [path, node]
    return
  }
  for (const [name, entry] of node.entries) {
    yield* filesUnder(entry, path === '' ? name : `${path}/${name}`)
  }
}
