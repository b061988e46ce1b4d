import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FindObstacle } from './list-over-files.ts'
import type { Obstacle } from '#storage/object-store.ts'
import { isAbsent, systemCode } from './file-errors.ts'
import { isPlain } from './file-nodes.ts'

type Look = Stats | 'absent' | 'no permission'

async function look(file: string): Promise<Look> {
  try {
    return await lstat(file)
  } catch (error) {
    if (isAbsent(error)) return 'absent'
    if (systemCode(error) === 'EACCES') return 'no permission'
    throw error
  }
}

/** The obstacle at one place; null: none, whether the file exists or not. */
export function obstacleOf(seen: Look, isOnTheWay: boolean): Obstacle | null {
  if (seen === 'absent') return null
  if (seen === 'no permission') return seen
  if (seen.isSymbolicLink()) return 'symbolic link'
  if (seen.isDirectory()) return null
  return !seen.isFile() ? 'strange file' : isOnTheWay ? 'file' : null
}

/**
 * How many parts of a path, from its beginning, are surely there and no links. Most often all but
 * the last few, which are absent.
 */
async function plainParts(root: string, parts: readonly string[]): Promise<number> {
  for (let length = parts.length - 1; length > 1; length -= 1) {
    const plain = await isPlain(join(root, ...parts.slice(0, length))).catch(() => false)
    if (plain !== null) return plain ? length : 1
  }
  return 1
}

/**
 * Finds what prevents access to a key: the first obstacle on the path from the root.
 *
 * @param root as `realpath` returns it
 */
export function createObstacleFinder(root: string): FindObstacle {
  return async (key) => {
    const parts = key.split('/')
    for (let length = await plainParts(root, parts); length <= parts.length; length += 1) {
      const at = parts.slice(0, length).join('/')
      const seen = await look(join(root, at))
      // Nothing is below what is absent.
      if (seen === 'absent') return null
      const obstacle = obstacleOf(seen, length < parts.length)
      if (obstacle !== null) return { key: at, obstacle }
    }
    return null
  }
}
