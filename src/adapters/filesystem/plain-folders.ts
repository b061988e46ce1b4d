import { lstatSync } from 'node:fs'
import type { FoundObstacle } from './list-over-files.ts'
import { systemCode } from './file-errors.ts'
import { obstacleOf } from './find-obstacle.ts'

/** More folders than any repository needs at a time, and a few megabytes of names. */
const foldersRemembered = 10_000

/**
 * What a path leads to, if that is no plain folder. `error` is the platform's own, where there is
 * one.
 */
export type NoFolder = 'absent' | (FoundObstacle & { readonly error?: unknown })

export interface PlainFolders {
  /** A folder whose path has no symbolic link, or the first place on the path that prevents it. */
  find(path: string): 'plain' | NoFolder
  /** The same for a path whose folder was just seen: looks only at its end, and notes nothing. */
  lookAt(path: string): 'plain' | NoFolder
  /**
   * True for a folder whose path has no symbolic link; false for a link, and null if nothing is
   * there, or something other than a folder. Throws where the platform refuses to look.
   */
  isPlainFolder(path: string): boolean | null
  /** The first obstacle on the path of a key, or at the key. */
  obstacleAt(key: string): FoundObstacle | null
  /** Notes a folder that a listing of a plain folder showed. */
  remember(path: string): void
}

/** Checks each folder below a root once, with blocking calls. */
export function createPlainFolders(root: string): PlainFolders {
  const known = new Set<string>()

  function lookAt(path: string): 'plain' | NoFolder {
    try {
      const info = lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
      if (info === undefined) return 'absent'
      const obstacle = obstacleOf(info, true)
      return obstacle === null ? 'plain' : { key: path, obstacle }
    } catch (error) {
      if (systemCode(error) !== 'EACCES') throw error
      return { key: path, obstacle: 'no permission', error }
    }
  }

  function find(path: string): 'plain' | NoFolder {
    if (path === '' || known.has(path)) return 'plain'
    const above = find(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    const found = above === 'plain' ? lookAt(path) : above
    if (found === 'plain') remember(path)
    return found
  }

  function isPlainFolder(path: string): boolean | null {
    const found = find(path)
    if (found === 'plain') return true
    if (found === 'absent') return null
    if (found.error !== undefined) throw found.error
    return found.obstacle === 'symbolic link' ? false : null
  }

  function obstacleAt(key: string): FoundObstacle | null {
    const found = find(key.slice(0, Math.max(0, key.lastIndexOf('/'))))
    if (found === 'absent') return null
    if (found !== 'plain') return { key: found.key, obstacle: found.obstacle }
    try {
      const info = lstatSync(`${root}/${key}`, { throwIfNoEntry: false })
      const obstacle = obstacleOf(info ?? 'absent', false)
      return obstacle && { key, obstacle }
    } catch (error) {
      if (systemCode(error) !== 'EACCES') throw error
      return { key, obstacle: 'no permission' }
    }
  }

  function remember(path: string): void {
    if (known.size >= foldersRemembered) known.clear()
    known.add(path)
  }

  return { find, lookAt, isPlainFolder, obstacleAt, remember }
}
