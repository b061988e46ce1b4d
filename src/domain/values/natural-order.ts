const digitRuns = /\d+/g

const zero = '0'

/**
 * A text's place among others in the order that people expect of names: in any case, and numbers by
 * their value, so that 1.9 comes before 1.10. Keys are compared by code units; two texts never have
 * the same one, for what differs only by case or by zeros before a number is told apart by the text
 * itself, at the end.
 */
export function naturalKey(text: string): string {
  // A number begins with how many digits it has, which decides before the digits do. The zero before
  // it keeps it among the other digits, where it stands to letters and punctuation as it did.
  const folded = text.toLowerCase().replaceAll(digitRuns, (run) => {
    const digits = run.replace(/^0+(?=\d)/, '')
    return `${zero}${String.fromCodePoint(digits.length)}${digits}`
  })
  return `${folded}\0${text}`
}

/** A copy in natural order. */
export const sortedNaturally = <T extends string>(texts: readonly T[]): T[] => {
  if (texts.length < 2) return [...texts]
  return texts
    .map((text) => ({ text, key: naturalKey(text) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ text }) => text)
}

/** Compares two texts as `naturalKey` orders them. For few: of many, each has its key made once. */
export function compareNaturally(one: string, other: string): number {
  const oneKey = naturalKey(one)
  const otherKey = naturalKey(other)
  return oneKey < otherKey ? -1 : oneKey > otherKey ? 1 : 0
}
