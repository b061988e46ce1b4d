import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FindObstacle } from '#storage/list-over-storage.ts'
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

/** The path to it is nearly always plain, and then only its end needs a check. */
const hasPlainWay = async (file: string): Promise<boolean> =>
  (await isPlain(dirname(file)).catch(() => false)) === true

/**
 * Finds what prevents access to a key: the first obstacle on the path from the root.
 *
 * @param root as `realpath` returns it
 */
export function createObstacleFinder(root: string): FindObstacle {
  return async (key) => {
    const parts = key.split('/')
    const from = (await hasPlainWay(join(root, key))) ? parts.length - 1 : 1
    for (let length = Math.max(1, from); length <= parts.length; length += 1) {
      const at = parts.slice(0, length).join('/')
      const obstacle = obstacleOf(await look(join(root, at)), length < parts.length)
      if (obstacle !== null) return { key: at, obstacle }
    }
    return null
  }
}
