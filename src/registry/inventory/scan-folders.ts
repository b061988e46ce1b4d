import { StoreError } from '#storage/errors.ts'
import { canBeKey } from '#storage/storage-path.ts'
import type { BlindSpot, ObjectReader, Prefix } from '#storage/object-store.ts'
import type { ObjectScanner, ScannedPage } from '#storage/scanner.ts'

/** What an inventory reads from: the same store in two ways. */
export interface StoreReads {
  readonly objects: ObjectReader
  readonly scanner: ObjectScanner
}

/** The names directly below a folder of the layout, by what they are. */
export interface ScannedFolder {
  /** Prefixes of keys. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
  /** What is never followed, and may hide anything. */
  readonly others: readonly string[]
  /** Names that no key can have, so that nothing of ours can be below them. */
  readonly unusable: readonly string[]
  /** What hides all of it: at the folder, or above it. */
  readonly hiddenBy: BlindSpot | null
}

export interface FolderToScan {
  readonly folder: string
  /** Where a missing name would count as gone. */
  readonly stable?: boolean
}

interface Growing extends ScannedFolder {
  readonly folders: string[]
  readonly files: string[]
  readonly others: string[]
  readonly unusable: string[]
  hiddenBy: BlindSpot | null
}

/** Whether it has nothing that can be seen or hidden. */
export const isEmpty = ({ folders, files, others, unusable }: ScannedFolder): boolean =>
  folders.length + files.length + others.length + unusable.length === 0

/** Nothing of a folder has been found yet. */
export const emptyFolder = (): Growing => ({
  folders: [],
  files: [],
  others: [],
  unusable: [],
  hiddenBy: null,
})

function addPage(found: Growing, { area, items, strays, blindSpots }: ScannedPage): void {
  const { prefix } = area
  for (const name of items) found.folders.push(name)
  for (const key of strays) found.files.push(key.slice(prefix.length))
  for (const spot of blindSpots) {
    if (!spot.key.startsWith(prefix)) found.hiddenBy = spot
    else {
      const name = spot.key.slice(prefix.length)
      if (canBeKey(name)) found.others.push(name)
      else found.unusable.push(name)
    }
  }
}

/**
 * Scans many different folders, as many results as folders, in their order. A folder that does not
 * exist is empty.
 */
export async function scanFolders(
  scanner: ObjectScanner,
  folders: readonly FolderToScan[],
): Promise<readonly ScannedFolder[]> {
  if (folders.length === 0) return []
  const scanned = new Map<string, Growing>()
  const areas = folders.map(({ folder, stable = false }) => {
    const prefix = `${folder}/` as const
    scanned.set(prefix, emptyFolder())
    return { prefix, depth: 1, stable }
  })
  for await (const pages of scanner.scan(areas)) {
    for (const page of pages) {
      const found = scanned.get(page.area.prefix)
      if (found) addPage(found, page)
    }
  }
  return areas.map(({ prefix }) => scanned.get(prefix) ?? emptyFolder())
}

/** Words for something that is no folder at a place where the layout needs one. */
export const noFolder = {
  other: 'is a symbolic link, which is not followed',
  file: 'is a file, and no folder',
} as const

/** Says what stands there instead of a folder. */
export const hiddenReason = ({ key, obstacle }: BlindSpot): string =>
  `${key} ${noFolder[obstacle === 'file' ? 'file' : 'other']}`

/**
 * Rejects if the folder, or one above it, is something else, such as a symbolic link to it: the
 * folder would look empty. Resolves to whether the folder exists.
 */
export async function assertPlainFolder(
  objects: Pick<ObjectReader, 'list'>,
  folder: string,
): Promise<boolean> {
  // From the root: of several obstacles the first is named.
  for (let slash = folder.indexOf('/'); slash !== -1; slash = folder.indexOf('/', slash + 1)) {
    if (!(await isPlainFolder(objects, folder.slice(0, slash)))) return false
  }
  return await isPlainFolder(objects, folder)
}

/** The same for a folder in one that was checked. */
async function isPlainFolder(
  objects: Pick<ObjectReader, 'list'>,
  folder: string,
): Promise<boolean> {
  const above = folder.slice(0, folder.lastIndexOf('/') + 1) as Prefix
  let exists = false
  for await (const page of objects.list(above, { delimiter: '/' })) {
    for (const listed of page) {
      if (listed.kind === 'prefix') exists ||= listed.prefix === `${folder}/`
      else if (listed.kind === 'key') {
        if (listed.key === folder) throw new Error(`${folder} ${noFolder.file}: ${putItThere}`)
      } else if (`${folder}/`.startsWith(`${listed.key}/`)) throw errorOf(listed)
    }
  }
  return exists
}

const putItThere = 'put the folder itself there'

/** Why nothing is known of what is behind an obstacle. */
export const errorOf = (spot: BlindSpot): Error =>
  spot.obstacle === 'no permission'
    ? new StoreError('DENIED', spot.key)
    : new Error(`${hiddenReason(spot)}: ${putItThere}`)
