/** A set of numbers from 0 to 31, one bit each: enough for hours, days, months and weekdays. */
export type NumberSet = number

export const emptySet: NumberSet = 0

export const has = (set: NumberSet, value: number): boolean => ((set >>> value) & 1) === 1

/** `>>> 0` keeps the set a positive number when day 31 takes the sign bit, so that `===` holds. */
export const union = (one: NumberSet, other: NumberSet): NumberSet => (one | other) >>> 0

/** `first`, `first + step`, … up to and including `last`. */
export function progression(first: number, last: number, step = 1): NumberSet {
  let set = emptySet
  for (let value = first; value <= last; value += step) set = union(set, 1 << value)
  return set
}

export const without = (set: NumberSet, removed: NumberSet): NumberSet => (set & ~removed) >>> 0

/** The members, least first. */
export function valuesOf(set: NumberSet): number[] {
  const values: number[] = []
  for (let value = 0; value <= 31; value += 1) if (has(set, value)) values.push(value)
  return values
}
