import { readdirSync, type Dirent } from 'node:fs'
import { canBeKey } from '#storage/list-over-storage.ts'
import type { BlindSpot } from '#storage/object-store.ts'
import { packNames, type ScannedArea, type ScannedPage } from '#storage/scanner.ts'
import { isAbsent, systemCode } from './file-errors.ts'
import type { PlainFolders } from './plain-folders.ts'
import { isTemporary } from './temporary-files.ts'

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

/** Scans an area, one folder after the other, with blocking calls. */
export function* scanNow(
  root: string,
  folders: PlainFolders,
  area: ScannedArea,
  path = area.prefix.slice(0, -1),
  depth = area.depth,
): Generator<ScannedPage> {
  const items: string[] = []
  const strays: string[] = []
  const blindSpots: BlindSpot[] = []
  const below: string[] = []
  const entries = entriesOf(root, folders, path, area.stable ?? false)
  const start = path === '' ? '' : `${path}/`
  const inArea = start.slice(area.prefix.length)
  if ('kind' in entries) blindSpots.push(entries)
  else {
    for (const entry of entries) {
      const { name } = entry
      if (!canBeKey(name)) {
        blindSpots.push({ kind: 'blind spot', key: start + name, obstacle: 'strange file' })
      } else if (entry.isDirectory()) {
        if (depth === 1) items.push(inArea + name)
        else if (!isTemporary(start + name)) below.push(start + name)
      } else if (entry.isFile()) strays.push(start + name)
      else blindSpots.push(blindSpotAt(folders, start + name))
    }
  }
  yield { area, items: packNames(items), strays, blindSpots }
  for (const folder of below) {
    folders.remember(folder)
    yield* scanNow(root, folders, area, folder, depth - 1)
  }
}
