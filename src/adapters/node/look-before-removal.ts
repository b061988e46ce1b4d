import { lstatSync } from 'node:fs'
import type { RemovalOutcome } from '#collector/ports.ts'
import type { FolderRemoval } from '#registry/folder-remover.ts'
import { partsOfPath } from '#registry/storage-path.ts'
import { StorageError } from '#registry/storage.ts'
import { createPlainFolders } from './plain-folders.ts'

/** What is to be removed: a folder, and the file in it if that is there. As full paths. */
export interface Removable {
  readonly folder: string
  readonly above: string
  readonly file: string | null
  /** What it comes to once all that is gone. */
  readonly outcome: RemovalOutcome
}

/** What is there in place of the folder, and is none. */
interface Stray {
  readonly stray: string
}

/**
 * Looks at what a collection is about to remove, by calls that block. Folders above it are looked at
 * once, so it serves one collection.
 *
 * @param root as `realpath` gives it
 */
export function createLookBeforeRemoval(
  root: string,
): (removal: FolderRemoval) => Removable | Stray | RemovalOutcome {
  const { isPlainFolder } = createPlainFolders(root)

  return ({ folder, file, sinceMs }) => {
    partsOfPath(`${folder}/${file}`)
    const above = folder.slice(0, folder.lastIndexOf('/'))
    const isPlain = isPlainFolder(above)
    if (isPlain === null) return { kind: 'absent' }
    if (!isPlain) throw new StorageError('INVALID_PATH', folder)
    const path = `${root}/${folder}`
    const place = lstatSync(path, { throwIfNoEntry: false })
    if (place === undefined) return { kind: 'absent' }
    if (!place.isDirectory()) return { stray: path }
    const found = lstatSync(`${path}/${file}`, { throwIfNoEntry: false })
    const isThere = found?.isFile() === true
    if (isThere && Math.trunc(found.mtimeMs) >= sinceMs) return { kind: 'in use' }
    return {
      folder: path,
      above: `${root}/${above}`,
      file: isThere ? `${path}/${file}` : null,
      outcome: isThere ? { kind: 'removed', bytes: found.size } : { kind: 'absent' },
    }
  }
}
