import { StorageError, type Bytes } from '#registry/storage.ts'
import { partsOfPath } from '#registry/storage-path.ts'

export interface MemoryFile {
  readonly kind: 'file'
  /** Joined when first read, so that appending many chunks stays linear. */
  chunks: Bytes[]
  sizeBytes: number
  modifiedAtMs: number
}

export interface MemoryFolder {
  readonly kind: 'folder'
  readonly entries: Map<string, MemoryNode>
}

export type MemoryNode = MemoryFile | MemoryFolder

export const newFolder = (): MemoryFolder => ({ kind: 'folder', entries: new Map() })

export const newFile = (chunks: Bytes[], modifiedAtMs: number): MemoryFile => ({
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

export function findNode(root: MemoryFolder, parts: readonly string[]): MemoryNode | null {
  let node: MemoryNode = root
  for (const part of parts) {
    const next: MemoryNode | undefined = node.kind === 'folder' ? node.entries.get(part) : undefined
    if (next === undefined) return null
    node = next
  }
  return node
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
      next = newFolder()
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
