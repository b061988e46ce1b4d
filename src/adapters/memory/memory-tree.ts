import { StorageError, type Bytes, type StoredEntry } from '#registry/storage.ts'
import { partsOfPath, refuseStrangePath } from '#registry/storage-path.ts'

/** Nodes are what a listing tells of them, so that listing a folder makes none anew. */
export interface MemoryFile extends StoredEntry {
  readonly kind: 'file'
  /** Joined when first read, so that appending many chunks stays linear. */
  chunks: Bytes[]
  readonly sizeBytes: number
  readonly modifiedAtMs: number
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

/** Part by part, for a collection looks at a hundred thousand paths: no array is made of them. */
export function findNode(root: MemoryFolder, path: string): MemoryNode | null {
  refuseStrangePath(path)
  let folder = root
  for (let from = 0; ;) {
    const slash = path.indexOf('/', from)
    if (slash < 0) return folder.entries.get(path.slice(from)) ?? null
    const node = folder.entries.get(path.slice(from, slash))
    if (node?.kind !== 'folder') return null
    folder = node
    from = slash + 1
  }
}

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
      next = newFolder(part)
      folder.entries.set(part, next)
    }
    if (next.kind === 'file') throw new StorageError('FAILED', path)
    folder = next
  }
  return { folder, name: parts[parts.length - 1] ?? '' }
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
