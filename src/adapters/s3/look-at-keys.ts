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
/** Below this, keys are far apart, and a page for each is as good as any. */
const keysForLongPages = 4

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
  async function lookAt(part: readonly string[]): Promise<void> {
    const prefix = wholeFolders ? folderOf(commonPrefix(part)) : commonPrefix(part)
    let at = 0
    let after: string | null = null
    let maximumKeys = part.length > keysForLongPages ? keysInPage : Math.max(2, 2 * part.length)
    while (at < part.length) {
      const key: string = part[at] ?? ''
      const start: string = after ?? before(key, wholeFolders)
      const { objects, next } = await listPage(bucket, {
        prefix,
        after: start,
        maximumKeys,
      })
      objects.forEach(take)
      const last = objects.at(-1)?.key
      if (next === null || last === undefined) return
      const from = at
      const isSeen = (other: string): boolean =>
        compareKeys(other, last) <= 0 && !(wholeFolders && last.startsWith(folderOf(other)))
      while (at < part.length && isSeen(part[at] ?? '')) at += 1
      // Goes on where the page ended in a folder, or before the key; else jumps to the next key.
      const isInside = wholeFolders && at < part.length && last.startsWith(folderOf(part[at] ?? ''))
      after = isInside || at === from ? last : null
      // Few were in it: the next ones are far away as well.
      if (!isInside && at - from < keysForLongPages) maximumKeys = Math.max(2, 16 * (at - from))
    }
  }

  const perList = Math.max(1, Math.ceil(sorted.length / listsAtOnce))
  const size = sorted.length <= listsAtOnce ? 1 : perList
  const parts: (readonly string[])[] = []
  for (let start = 0; start < sorted.length; start += size) {
    parts.push(sorted.slice(start, start + size))
  }
  await inParallel(parts, lookAt, listsAtOnce)
  return { found, beside }
}
