import { refuseStrangePath } from '#storage/storage-path.ts'
import type { MemoryFolder, MemoryNode } from './memory-tree.ts'

/** Finds nodes by their paths. */
export interface NodeFinder {
  /** The root itself has no path. */
  find(path: string): MemoryNode | null
  /** To be called when any folder is removed, or moved. */
  forget(): void
}

/**
 * A collection looks for a hundred thousand paths, most of which lie beside the one before: it goes
 * on from the last folder that both have in common.
 */
export function createNodeFinder(root: MemoryFolder): NodeFinder {
  let last = ''
  /** The folders on the way to the last path, and where in it the name of what is in them begins. */
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
      // Nothing has a strange name, so that only the path of what is not there need be looked at.
      refuseStrangePath(path)
      return null
    },
    forget() {
      depth = 0
    },
  }
}
