import { randomUUID } from 'node:crypto'
import { open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isAbsent } from './file-errors.ts'

/** Longer than any write takes: another process may be writing to the same storage. */
const abandonedAfterMs = 60 * 60 * 1000

/** Relative to the root of a storage: on the same file system, where no other software lists it. */
const temporaryFolder = 'jetsam/v1/tmp'

/** Whether it is one of them, or their folder: no key leads there. */
export const isTemporary = (path: string): boolean =>
  path === temporaryFolder || path.startsWith(`${temporaryFolder}/`)

export interface TemporaryFiles {
  newPath(): string
  /** Creates a file at a new path. */
  create(file: string): Promise<FileHandle>
  /** Removes what a crash left. */
  removeAbandoned(): Promise<void>
}

/**
 * Files that are being written, in a separate folder.
 *
 * @param ensureFolder makes the folder, unless a link would lead elsewhere. Called once, and again
 *   when the folder is gone: only these files use it.
 */
export function createTemporaryFiles(
  root: string,
  ensureFolder: (folder: string) => Promise<void>,
): TemporaryFiles {
  const folder = join(root, temporaryFolder)
  let wasEnsured = false

  async function createSafely(file: string): Promise<FileHandle> {
    await ensureFolder(folder)
    wasEnsured = true
    return await open(file, 'wx')
  }

  return {
    newPath: () => join(folder, randomUUID()),

    async create(file) {
      if (!wasEnsured) return await createSafely(file)
      try {
        return await open(file, 'wx')
      } catch (error) {
        if (!isAbsent(error)) throw error
        return await createSafely(file)
      }
    },

    async removeAbandoned() {
      const names = await readdir(folder).catch(() => [])
      for (const name of names) {
        const file = join(folder, name)
        const info = await stat(file).catch(() => null)
        if (!info || info.mtimeMs >= Date.now() - abandonedAfterMs) continue
        // A read-only storage can still be served and verified: leftovers are no reason to stop.
        await unlink(file).catch(() => {})
      }
    },
  }
}
