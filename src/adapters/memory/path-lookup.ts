import { assertSafePath } from '#storage/storage-path.ts'
import type { MemoryFolder, MemoryNode } from './memory-tree.ts'

/** Finds nodes by their paths. */
export interface PathLookup {
  /** The root itself has no path. */
  find(path: string): MemoryNode | null
  /** Call it when any folder is removed or moved. */
  forget(): void
}

/**
 * A collection looks up a hundred thousand paths, most of them beside the previous one: each lookup
 * starts from the last folder that both share.
 */
export function createPathLookup(root: MemoryFolder): PathLookup {
  let last = ''
  /**
   * The folders on the last path, and the position in it where the name of each one's child starts.
   */
  const folders = [root]
  const starts = [0]
  let depth = 0

  function goBackTo(path: string): void {
    let same = 0
    const end = starts[depth] ?? 0
    while (same < end && path.charCodeAt(same) === last.charCodeAt(same)) same += 1
    while (depth > 0 && (starts[depth] ?? 0) > same) depth -= 1
    last = path
  }

  return {
    find(path) {
      goBackTo(path)
      for (;;) {
        const from = starts[depth] ?? 0
        const slash = path.indexOf('/', from)
        const part = slash < 0 ? path.slice(from) : path.slice(from, slash)
        const node = folders[depth]?.get(part)
        if (slash < 0 && node !== undefined) return node
        if (node?.kind !== 'folder') break
        depth += 1
        folders[depth] = node
        starts[depth] = slash + 1
      }
      // No node has an unsafe name, so only the path of a missing one needs the check.
      assertSafePath(path)
      return null
    },
    forget() {
      depth = 0
    },
  }
}
