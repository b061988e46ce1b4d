import { lstatSync } from 'node:fs'

/** More folders than any one repository needs at a time, and few megabytes of names. */
const foldersRemembered = 10_000

export interface PlainFolders {
  /**
   * True for a folder to which no symbolic link leads; false for a link, and null when nothing is
   * there, or something that is no folder.
   */
  isPlainFolder(path: string): boolean | null
  /** Notes what a listing of a plain folder said to be a folder. */
  remember(path: string): void
}

/** Looks at each folder below a root once. By calls that block. */
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
