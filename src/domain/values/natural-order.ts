const digitRuns = /\d+/g

const zero = '0'

/**
 * A key that sorts texts in the order that people expect of names: without regard to case, and
 * numbers by their value, so that 1.9 comes before 1.10. Keys are compared by code units; two texts
 * never have the same one, because the text itself at the end separates those that differ only by
 * case or by zeros before a number.
 */
export function naturalKey(text: string): string {
  // A number begins with its count of digits, which decides before the digits do. The zero before
  // it keeps it among the other digits, in the same place relative to letters and punctuation.
  const folded = text.toLowerCase().replaceAll(digitRuns, (run) => {
    const digits = run.replace(/^0+(?=\d)/, '')
    return `${zero}${String.fromCodePoint(digits.length)}${digits}`
  })
  return `${folded}\0${text}`
}

/** A key before (descending: after) the keys of all texts that begin with this one. */
export function naturalStart(text: string, descending: boolean): string {
  const [beginning = ''] = naturalKey(text).split('\0')
  return descending ? `${beginning}\uffff` : beginning
}

/** A copy in natural order. */
export const sortedNaturally = <T extends string>(texts: readonly T[]): T[] => {
  if (texts.length < 2) return [...texts]
  return texts
    .map((text) => ({ text, key: naturalKey(text) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ text }) => text)
}

/**
 * Compares two texts in the order of `naturalKey`. For a few texts: for many, compute each key
 * once.
 */
export function compareNaturally(one: string, other: string): number {
  const oneKey = naturalKey(one)
  const otherKey = naturalKey(other)
  return oneKey < otherKey ? -1 : oneKey > otherKey ? 1 : 0
}
