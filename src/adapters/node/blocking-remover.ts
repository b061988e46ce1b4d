import { closeSync, fsyncSync, openSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import type { RemoveFolder } from '#registry/folder-remover.ts'
import { createLookingRemover } from './looking-remover.ts'

function sync(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Removes for a collection in as few calls of the platform as there can be, and holds its thread
 * until each is answered: for a thread that has nothing else to do.
 *
 * @param root as `realpath` gives it
 */
export const createBlockingRemover = (root: string): RemoveFolder =>
  createLookingRemover(root, {
    unlink: unlinkSync,
    rmdir: rmdirSync,
    removeTree: (folder) => rmSync(folder, { recursive: true, force: true }),
    sync,
  })
