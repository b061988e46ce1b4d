const hasSurrogates = /[\uD800-\uDFFF]/

/** The rank of a UTF-16 unit in code point order: surrogates rank above all other units. */
const placeOf = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit

/** Compares keys by their UTF-8 bytes, as object storage does. */
export function compareKeys(one: string, other: string): number {
  if (!hasSurrogates.test(one) && !hasSurrogates.test(other)) {
    return one < other ? -1 : one > other ? 1 : 0
  }
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at += 1) {
    const difference = placeOf(one.charCodeAt(at)) - placeOf(other.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** Sorts by UTF-8 bytes. Without surrogates the default sort has the same order, and is faster. */
export const sortKeys = (keys: readonly string[]): readonly string[] =>
  keys.some((key) => hasSurrogates.test(key)) ? keys.toSorted(compareKeys) : keys.toSorted()

/**
 * The same, as they are asked for: who needs only the first few of very many pays for sorting these.
 * @param few how many to find at first; all others are sorted once more are asked for
 */
export function* keysInOrder(keys: readonly string[], few: number): Generator<string> {
  // Below this, a sort costs no more.
  const isWorthIt = keys.length > 4 * few && !keys.some((key) => hasSurrogates.test(key))
  const first = isWorthIt ? smallestOf(keys, few) : []
  yield* first
  const last = first.at(-1)
  yield* sortKeys(last === undefined ? keys : keys.filter((key) => key > last))
}

/** So many of the keys, which have no surrogates and differ from each other, in order. */
function smallestOf(keys: readonly string[], count: number): readonly string[] {
  let kept: string[] = []
  let bound: string | undefined
  for (const key of keys) {
    if (bound !== undefined && key >= bound) continue
    kept.push(key)
    if (kept.length < 2 * count) continue
    kept = kept.toSorted().slice(0, count)
    bound = kept.at(-1)
  }
  return kept.toSorted().slice(0, count)
}
