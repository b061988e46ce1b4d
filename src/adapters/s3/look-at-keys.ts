import { inSlices } from '#domain/values/in-slices.ts'
import { compareKeys } from '#storage/key-order.ts'
import type { Bucket } from './bucket.ts'
import { inParallel } from './in-parallel.ts'
import { keysInPage, listPage, type FoundObject } from './list-pages.ts'

/** What is there now of some keys, and beside them. */
export interface KeysLookedAt {
  readonly found: ReadonlyMap<string, FoundObject>
  /** What else is in the folders of the keys, where that was asked for. */
  readonly beside: readonly FoundObject[]
}

export interface LookOptions {
  /** Looks at all of the folder that a key is in. */
  readonly wholeFolders?: boolean
}

/** Lists of one call at the same time. */
const listsAtOnce = 16
/** Keys that one list looks for, from page to page. Each further list cuts a page in two. */
const keysInPart = 1000
/** With fewer in a page, keys are far apart. */
const nearInPage = 4
/** What would take one list more pages is read by several lists at the same time. */
const pagesInList = 4

export const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1)

/** A text after which a list begins with the key, or with the first of its folder. */
const before = (key: string, wholeFolders: boolean): string =>
  wholeFolders ? folderOf(key) : key.slice(0, -1)

/** The first parts that all keys of a sorted list have in common. */
function commonPrefix(sorted: readonly string[]): string {
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)]
  let length = 0
  while (length < first.length && first[length] === last[length]) length += 1
  return first.slice(0, length)
}

/**
 * Looks at keys that are near each other in few requests: a page of a list has up to a thousand,
 * where each would be a request of its own. Never takes more requests than keys.
 */
export async function lookAtKeys(
  bucket: Bucket,
  keys: readonly string[],
  { wholeFolders = false }: LookOptions = {},
): Promise<KeysLookedAt> {
  const sorted = [...new Set(keys)].toSorted(compareKeys)
  const wanted = new Set(sorted)
  const folders = new Set(wholeFolders ? sorted.map(folderOf) : [])
  const found = new Map<string, FoundObject>()
  const beside: FoundObject[] = []

  function take(object: FoundObject): void {
    if (wanted.has(object.key)) found.set(object.key, object)
    else if (folders.has(folderOf(object.key))) beside.push(object)
  }

  /** Looks at a part of the keys, from page to page. */
  async function lookAt(part: readonly string[], areNear: boolean): Promise<void> {
    const prefix = wholeFolders ? folderOf(commonPrefix(part)) : commonPrefix(part)
    const maximumKeys = areNear ? keysInPage : Math.max(2, 2 * part.length)
    let at = 0
    let after: string | null = null
    while (at < part.length) {
      const start: string = after ?? before(part[at] ?? '', wholeFolders)
      const { objects, next } = await listPage(bucket, { prefix, after: start, maximumKeys })
      objects.forEach(take)
      const last = objects.at(-1)?.key
      if (next === null || last === undefined) return
      const from = at
      const isInside = (key: string): boolean => wholeFolders && last.startsWith(folderOf(key))
      const isSeen = (key: string): boolean => compareKeys(key, last) <= 0 && !isInside(key)
      while (at < part.length && isSeen(part[at] ?? '')) at += 1
      // Goes on where the page ended in a folder, or before the key; else jumps to the next key.
      const goesOn = at === from || (at < part.length && isInside(part[at] ?? ''))
      after = goesOn ? last : null
      if (goesOn || !areNear) continue
      const rest = part.slice(at)
      const pages = Math.ceil(rest.length / (at - from))
      if (at - from >= nearInPage && pages <= pagesInList) continue
      if (at - from >= nearInPage) {
        const size = Math.ceil(rest.length / Math.min(listsAtOnce, pages))
        await inParallel([...inSlices(rest, size)], (some) => lookAt(some, true), listsAtOnce)
      } else {
        // The others are far away as well: each by itself, at the same time.
        await inParallel(rest, (key) => lookAt([key], false), listsAtOnce)
      }
      return
    }
  }

  const areNear = new Set(sorted.map((key) => folderOf(folderOf(key).slice(0, -1)))).size === 1
  const size = sorted.length <= listsAtOnce && !areNear ? 1 : keysInPart
  const parts = Array.from(inSlices(sorted, size))
  await inParallel(parts, (part) => lookAt(part, part.length > 1), listsAtOnce)
  return { found, beside }
}
