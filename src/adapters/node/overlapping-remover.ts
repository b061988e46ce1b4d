import { rm, rmdir, unlink } from 'node:fs'
import { promisify } from 'node:util'
import type { RemoveFolder } from '#registry/folder-remover.ts'
import { syncFolder } from './durable-folders.ts'
import { createLookingRemover } from './looking-remover.ts'

// These cost a fraction of what `node:fs/promises` does.
const unlinkFile = promisify(unlink)
const removeEmptyFolder = promisify(rmdir)
const removeTree = promisify(rm)

/**
 * Removes for a collection, several folders at once: a file system may wait for the disk with each
 * removal (ext4 mounted with `discard`), and then one after the other is mostly waiting.
 *
 * @param root as `realpath` gives it
 */
export const createOverlappingRemover = (root: string): RemoveFolder =>
  createLookingRemover(root, {
    unlink: unlinkFile,
    rmdir: (folder) => removeEmptyFolder(folder),
    removeTree: (folder) => removeTree(folder, { recursive: true, force: true }),
    sync: syncFolder,
  })
