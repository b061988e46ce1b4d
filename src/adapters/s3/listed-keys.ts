import { compareKeys } from '#storage/key-order.ts'
import type { Listed, Prefix } from '#storage/object-store.ts'
import { canBeKey, isSafePath } from '#storage/storage-path.ts'
import type { FoundObject } from './list-pages.ts'

/** What the adapter keeps for itself: no list has it. */
export const privatePrefix = 'jetsam/v1/s3/'

/** The first parts of a text, up to the one that no key can have. */
function strangePart(text: string): string {
  let end = text.indexOf('/')
  while (end !== -1 && canBeKey(text.slice(0, end))) end = text.indexOf('/', end + 1)
  return end === -1 ? text : text.slice(0, end)
}

const strange = (text: string): Listed => ({
  kind: 'blind spot',
  key: strangePart(text),
  obstacle: 'strange file',
})

/**
 * Consoles make an empty object that ends in `/` where a person wants a folder. It is no key, and
 * hides nothing.
 */
const isFolderMark = ({ key, sizeBytes }: FoundObject): boolean =>
  key.endsWith('/') && sizeBytes === 0 && isSafePath(key.slice(0, -1))

/** As a list has it; null for what it leaves out. */
export function listedObject(found: FoundObject): Listed | null {
  const { key } = found
  if (key === '' || key.startsWith(privatePrefix) || isFolderMark(found)) return null
  return isSafePath(key) ? { kind: 'key', key } : strange(key)
}

export function listedPrefix(prefix: string): Listed | null {
  if (prefix === privatePrefix) return null
  return isSafePath(prefix.slice(0, -1))
    ? { kind: 'prefix', prefix: prefix as Exclude<Prefix, ''> }
    : strange(prefix)
}

export const placeOf = (listed: Listed): string =>
  listed.kind === 'prefix' ? listed.prefix : listed.key

/** Prefixes and keys of one page, in their common order. */
export function inOneOrder(
  objects: readonly FoundObject[],
  prefixes: readonly string[],
  after: string | undefined,
): Listed[] {
  const keys = objects.map(listedObject)
  const all = prefixes.length === 0 ? keys : [...keys, ...prefixes.map(listedPrefix)]
  const seen = new Set<string>()
  const listed = all.filter((one): one is Listed => {
    if (one === null) return false
    const place = placeOf(one)
    if (after !== undefined && compareKeys(place, after) <= 0 && one.kind !== 'blind spot') {
      return false
    }
    // Many strange keys share their first strange part.
    if (one.kind === 'blind spot' && seen.has(place)) return false
    seen.add(place)
    return true
  })
  return prefixes.length === 0
    ? listed
    : listed.toSorted((one, other) => compareKeys(placeOf(one), placeOf(other)))
}
