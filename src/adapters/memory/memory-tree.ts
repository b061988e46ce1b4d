import { StoreError } from '#storage/errors.ts'
import { partsOfPath } from '#storage/storage-path.ts'
import type { MemoryFile } from './memory-file.ts'

export type MemoryNode = MemoryFile | MemoryFolder

/**
 * A folder, which is also its entry in a listing, so that a listing allocates nothing. Nearly all
 * folders belong to a blob or a link and hold one file: they get no map, because two hundred
 * thousand maps would be most of the memory, and of the work of garbage collection.
 */
export class MemoryFolder {
  readonly kind = 'folder'
  readonly name: string
  #only: MemoryNode | null = null
  #entries: Map<string, MemoryNode> | null = null

  constructor(name: string) {
    this.name = name
  }

  get(name: string): MemoryNode | undefined {
    if (this.#entries !== null) return this.#entries.get(name)
    return this.#only?.name === name ? this.#only : undefined
  }

  /** Replaces what has the same name. */
  put(node: MemoryNode): void {
    if (this.#entries !== null) this.#entries.set(node.name, node)
    else if (this.#only === null || this.#only.name === node.name) this.#only = node
    else {
      this.#entries = new Map([
        [this.#only.name, this.#only],
        [node.name, node],
      ])
      this.#only = null
    }
  }

  remove(name: string): void {
    if (this.#entries !== null) this.#entries.delete(name)
    else if (this.#only?.name === name) this.#only = null
  }

  nodes(): MemoryNode[] {
    if (this.#entries !== null) return [...this.#entries.values()]
    return this.#only === null ? [] : [this.#only]
  }

  /** With the same content, under another name. */
  named(name: string): MemoryFolder {
    const folder = new MemoryFolder(name)
    folder.#only = this.#only
    folder.#entries = this.#entries
    return folder
  }
}

/**
 * A copy of the text alone. A part cut out of a path keeps the whole path in memory, and is slower
 * to read; as the key of an object it becomes one text wherever it occurs.
 */
const ownText = (part: string): string => Object.keys({ [part]: null })[0] ?? part

/** The folder that `path` is in, made if absent, and the last part's name. */
export function parentOf(
  root: MemoryFolder,
  path: string,
): { readonly folder: MemoryFolder; readonly name: string } {
  const parts = partsOfPath(path)
  let folder = root
  for (const part of parts.slice(0, -1)) {
    let next = folder.get(part)
    if (next === undefined) {
      next = new MemoryFolder(ownText(part))
      folder.put(next)
    }
    if (next.kind === 'file') throw new StoreError('FAILED', path)
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
  for (const entry of node.nodes()) {
    yield* filesUnder(entry, path === '' ? entry.name : `${path}/${entry.name}`)
  }
}
