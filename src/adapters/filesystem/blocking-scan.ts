import { readdirSync, type Dirent } from 'node:fs'
import type { BlindSpot } from '#storage/object-store.ts'
import type { ScannedArea, ScannedPage } from '#storage/scanner.ts'
import { isAbsent, systemCode } from './file-errors.ts'
import type { PlainFolders } from './plain-folders.ts'
import { isTemporary } from './temporary-files.ts'

/** Few items with so long a name are asked about, and they are very many. */
const lengthOfDigest = 64

/** Whether a name that a folder has can be a part of a key, as `canBeKey` tells of any text. */
const canBeName = (name: string): boolean => !name.includes('\\') && !name.includes('\uFFFD')

/** Twice: some file systems leave out an entry, without an error, while its folder changes. */
function listTwice(path: string): readonly Dirent[] {
  const first = readdirSync(path, { withFileTypes: true })
  const again = readdirSync(path)
  if (first.length === again.length && first.every(({ name }, at) => name === again[at])) {
    return first
  }
  const names = new Set(first.map(({ name }) => name))
  const second = readdirSync(path, { withFileTypes: true })
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}

/** The entries of a folder, or what hides them. */
function entriesOf(
  root: string,
  folders: PlainFolders,
  path: string,
  stable: boolean,
): readonly Dirent[] | BlindSpot {
  const found = folders.find(path)
  if (found === 'absent') return []
  if (found !== 'plain') return { kind: 'blind spot', key: found.key, obstacle: found.obstacle }
  const at = path === '' ? root : `${root}/${path}`
  try {
    return stable ? listTwice(at) : readdirSync(at, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    if (systemCode(error) !== 'EACCES') throw error
    return { kind: 'blind spot', key: path, obstacle: 'no permission' }
  }
}

function blindSpotAt(folders: PlainFolders, key: string): BlindSpot {
  const { obstacle } = folders.obstacleAt(key) ?? { obstacle: 'strange file' as const }
  return { kind: 'blind spot', key, obstacle }
}

/** Scans a folder that is `depth` levels above the items, and adds those between to `below`. */
function scanFolder(
  root: string,
  folders: PlainFolders,
  area: ScannedArea,
  path: string,
  depth: number,
  below: string[],
): ScannedPage {
  const entries = entriesOf(root, folders, path, area.stable ?? false)
  if ('kind' in entries) return { area, items: [], strays: [], blindSpots: [entries] }
  const items: string[] = []
  const strays: string[] = []
  const blindSpots: BlindSpot[] = []
  const start = path === '' ? '' : `${path}/`
  const inArea = start.slice(area.prefix.length)
  for (const entry of entries) {
    const { name } = entry
    if (!canBeName(name)) {
      blindSpots.push({ kind: 'blind spot', key: start + name, obstacle: 'strange file' })
    } else if (entry.isDirectory()) {
      if (depth > 1) {
        if (!isTemporary(start + name)) below.push(start + name)
      } else items.push(inArea === '' ? name : inArea + name)
      if (name.length < lengthOfDigest) folders.remember(start + name)
    } else if (entry.isFile()) strays.push(start + name)
    else blindSpots.push(blindSpotAt(folders, start + name))
  }
  return { area, items, strays, blindSpots }
}

/** Scans an area, one folder after the other, with blocking calls. */
export function* scanNow(
  root: string,
  folders: PlainFolders,
  area: ScannedArea,
): Generator<ScannedPage> {
  let level = [area.prefix.slice(0, -1)]
  for (let { depth } = area; depth > 0; depth -= 1) {
    const below: string[] = []
    for (const path of level) yield scanFolder(root, folders, area, path, depth, below)
    level = below
  }
}
