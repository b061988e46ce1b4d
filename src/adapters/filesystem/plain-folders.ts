import { lstatSync } from 'node:fs'

/** More folders than any repository needs at a time, and a few megabytes of names. */
const foldersRemembered = 10_000

export interface PlainFolders {
  /**
   * True for a folder whose path has no symbolic link; false for a link, and null if nothing is
   * there, or something other than a folder.
   */
  isPlainFolder(path: string): boolean | null
  /** Notes a folder that a listing of a plain folder showed. */
  remember(path: string): void
}

/** Checks each folder below a root once, with blocking calls. */
export function createPlainFolders(root: string): PlainFolders {
  const known = new Set<string>()

  function isPlainFolder(path: string): boolean | null {
    if (path === '' || known.has(path)) return true
    const slash = path.lastIndexOf('/')
    const above = isPlainFolder(slash < 0 ? '' : path.slice(0, slash))
    if (above !== true) return above
    const info = lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
    if (info?.isSymbolicLink()) return false
    if (!info?.isDirectory()) return null
    remember(path)
    return true
  }

  function remember(path: string): void {
    if (known.size >= foldersRemembered) known.clear()
    known.add(path)
  }

  return { isPlainFolder, remember }
}
