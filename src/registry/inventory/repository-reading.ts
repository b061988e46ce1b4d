import { parseDigest, type Digest, type DigestAlgorithm } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { repositoryFolder } from '../layout.ts'
import {
  hiddenReason,
  scanFolders,
  type FolderToScan,
  type ScannedFolder,
  type StoreReads,
} from './scan-folders.ts'

/** What stays unknown when a folder or a link cannot be read. */
type Hidden = 'nothing' | 'manifests' | 'layers'

/** The reading of one repository, with what is found wrong on the way. */
export interface Reading extends StoreReads {
  readonly name: RepositoryName
  fault(reason: string, hides: Hidden, isUnreadable?: boolean): void
}

export interface FolderOfLinks extends FolderToScan {
  readonly hides: Hidden
}

/** Enough for one call to be worth it, few enough that it takes little memory. */
export const itemsAtOnce = 512

/** The folders of one repository, by their paths. */
export type Found = ReadonlyMap<string, ScannedFolder>

/** Scans folders, and tells which of them may not be read, or are hidden. */
export async function scan(
  { scanner, name, fault }: Reading,
  folders: readonly FolderOfLinks[],
): Promise<readonly ScannedFolder[]> {
  const scanned = await scanFolders(scanner, folders)
  for (const [position, { folder, hides }] of folders.entries()) {
    const spot = scanned[position]?.hiddenBy
    if (spot?.obstacle === 'no permission') {
      fault(`${folder} cannot be read`, hides, hides !== 'nothing')
    } else if (spot && hides !== 'nothing') {
      const isOfManifests = spot.key.startsWith(`${repositoryFolder(name)}/_manifests`)
      fault(hiddenReason(spot), isOfManifests ? 'manifests' : 'layers')
    }
  }
  return scanned
}

export const strayIn = (folder: string, kind: string, name: string): string =>
  `${folder} has a stray ${kind}: ${name}`

export interface LinkedDigest {
  readonly digest: Digest
  /** Whether a folder is there. */
  readonly isFolder: boolean
}

/** The digests that a folder has names of, whether or not they have links. */
export function digestsIn(
  { fault }: Reading,
  scanned: ScannedFolder | undefined,
  folder: string,
  algorithm: DigestAlgorithm,
): LinkedDigest[] {
  const linked: LinkedDigest[] = []
  if (!scanned) return linked
  // Counts a symbolic link as well: the name of the folder says what the repository claims.
  for (const [kind, names] of [
    ['folder', scanned.folders],
    ['other', scanned.others],
  ] as const) {
    for (const hex of names) {
      const parsed = parseDigest(`${algorithm}:${hex}`)
      if (parsed.ok) linked.push({ digest: parsed.value, isFolder: kind === 'folder' })
      else fault(strayIn(folder, kind, hex), 'nothing')
    }
  }
  for (const hex of scanned.files) fault(strayIn(folder, 'file', hex), 'nothing')
  for (const hex of scanned.unusable) fault(strayIn(folder, 'other', hex), 'nothing')
  return linked
}
