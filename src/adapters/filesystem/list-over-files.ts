import { StoreError } from '#storage/errors.ts'
import { compareKeys, keysInOrder } from '#storage/key-order.ts'
import type { BlindSpot, Listed, ListOptions, Obstacle, Prefix } from '#storage/object-store.ts'
import { listStable } from './stable-list.ts'
import type { FolderLister, StoredEntry } from './file-tree.ts'
import { canBeKey } from '#storage/storage-path.ts'

/** Why a storage cannot tell what is at a key, and where on the path of the key the obstacle is. */
export interface FoundObstacle {
  readonly key: string
  readonly obstacle: Obstacle
}

export type FindObstacle = (key: string) => Promise<FoundObstacle | null>

export interface ListSource {
  readonly storage: FolderLister
  readonly findObstacle: FindObstacle
  /** True for what an adapter keeps for itself, such as its temporary files. */
  readonly isPrivate: (key: string) => boolean
}

const pageSize = 1000

const blindSpot = ({ key, obstacle }: FoundObstacle): BlindSpot => ({
  kind: 'blind spot',
  key,
  obstacle,
})

/**
 * An entry as a text that sorts as a list does: a folder ends in `/`, and an entry that is neither
 * folder nor file ends in a character that no name has.
 */
const placeOf = ({ name, kind }: StoredEntry): string =>
  kind === 'file' ? name : kind === 'folder' ? `${name}/` : `${name}\0`

/**
 * How a list names an entry. The kind `other` is not known yet: it was no file when it was listed.
 */
function listedAt(
  prefix: string,
  place: string,
): Listed | { readonly kind: 'other'; readonly key: string } {
  const end = place.at(-1)
  const isFile = end !== '/' && end !== '\0'
  const name = isFile ? place : place.slice(0, -1)
  const key = prefix + name
  if (!canBeKey(name)) return { kind: 'blind spot', key, obstacle: 'strange file' }
  if (isFile) return { kind: 'key', key }
  return end === '/' ? { kind: 'prefix', prefix: `${key}/` } : { kind: 'other', key }
}

/** What an entry is that is neither file nor folder. */
async function otherAt({ findObstacle }: ListSource, key: string): Promise<BlindSpot> {
  const obstacle = (await findObstacle(key))?.obstacle ?? 'strange file'
  return { kind: 'blind spot', key, obstacle }
}

/** As they are asked for: a level may have a hundred thousand, and a page has few of them. */
function* listedIn(
  source: ListSource,
  prefix: Prefix,
  places: Iterable<string>,
): Generator<Listed | Promise<Listed>> {
  for (const place of places) {
    const listed = listedAt(prefix, place)
    const key = listed.kind === 'prefix' ? listed.prefix.slice(0, -1) : listed.key
    if (source.isPrivate(key)) continue
    yield listed.kind === 'other' ? otherAt(source, key) : listed
  }
}

/** The entries directly below a prefix, in order. */
async function levelOf(
  source: ListSource,
  prefix: Prefix,
  { stable = false, after }: ListOptions,
): Promise<Iterator<Listed | Promise<Listed>, void>> {
  const path = prefix.slice(0, -1)
  let entries: readonly StoredEntry[]
  try {
    entries = await (stable ? listStable(source.storage, path) : source.storage.list(path))
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'DENIED')) throw error
    const found = (await source.findObstacle(path)) ?? { key: path, obstacle: 'no permission' }
    return [blindSpot(found)].values()
  }
  if (entries.length === 0) {
    // A key can exist below the prefix only if the prefix itself is no file. That nothing can be
    // looked at in it hides nothing: it was listed, and is empty.
    const below = `${path}/_`
    const found = path === '' ? null : await source.findObstacle(below)
    return (found === null || found.key === below ? [] : [blindSpot(found)]).values()
  }
  const places = placesAfter(entries, prefix, after)
  return listedIn(source, prefix, keysInOrder(places, pageSize))
}

/** Without those that a list from `after` on would pass over anyway, before they are sorted. */
function placesAfter(
  entries: readonly StoredEntry[],
  prefix: Prefix,
  after: string | undefined,
): readonly string[] {
  const places: string[] = []
  const from = after?.startsWith(prefix) ? after.slice(prefix.length) : ''
  for (const entry of entries) {
    const hidden = `${entry.name}/`
    if (compareKeys(hidden, from) > 0 || from.startsWith(hidden)) places.push(placeOf(entry))
  }
  return places
}

/** Whether a list of a prefix that begins after `after` includes the entry, or what is below it. */
function isAfter(listed: Listed, prefix: Prefix, { after, delimiter }: ListOptions): boolean {
  if (after === undefined) return true
  if (listed.kind === 'key') return compareKeys(listed.key, after) > 0
  const hidden = listed.kind === 'prefix' ? listed.prefix : `${listed.key}/`
  // What hides the prefix itself hides everything below it.
  if (listed.kind === 'blind spot' && (prefix.startsWith(hidden) || listed.key === '')) return true
  return compareKeys(hidden, after) > 0 || (delimiter === undefined && after.startsWith(hidden))
}

/** Lists an object store over a storage that lists one folder at a time. */
export async function* listOverFiles(
  source: ListSource,
  prefix: Prefix,
  options: ListOptions,
): AsyncGenerator<readonly Listed[]> {
  const { delimiter } = options
  let page: Listed[] = []
  const levels = [await levelOf(source, prefix, options)]
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { done, value } = level.next()
    if (done === true || value === undefined) {
      levels.pop()
      continue
    }
    const listed = value instanceof Promise ? await value : value
    if (!isAfter(listed, prefix, options)) continue
    if (listed.kind === 'prefix' && delimiter === undefined) {
      levels.push(await levelOf(source, listed.prefix, options))
      continue
    }
    page.push(listed)
    if (page.length < pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
