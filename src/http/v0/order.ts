import type { Pause } from '#domain/time/clock.ts'
import { sortCooperativelyBy } from '#registry/queries/sort-cooperatively.ts'

/** The value of an item that a list is sorted by, compared as a number or by code units. */
export type SortValue = string | number

/**
 * A list's order: by one value, then by name, so that no two items are equal. A name for people is
 * compared by its `naturalKey`.
 */
export interface Order<T> {
  readonly valueOf: (item: T) => SortValue
  readonly nameOf: (item: T) => string
  readonly descending: boolean
}

/** An item's place in an order: its value and name, not the number of items before it. */
export interface Place {
  readonly value: SortValue
  readonly name: string
}

const compareValues = (one: SortValue, other: SortValue): number =>
  one < other ? -1 : one > other ? 1 : 0

function comparePlaces(one: Place, other: Place, descending: boolean): number {
  const byValue = compareValues(one.value, other.value)
  if (byValue !== 0) return descending ? -byValue : byValue
  const byName = compareValues(one.name, other.name)
  return descending ? -byName : byName
}

export const placeOf = <T>(item: T, order: Order<T>): Place => ({
  value: order.valueOf(item),
  name: order.nameOf(item),
})

/** A sorted copy, made in one go: for lists that are always short. */
export const sorted = <T>(items: readonly T[], order: Order<T>): readonly T[] =>
  items
    .map((item) => placed(item, order))
    .toSorted(comparing(order))
    .map(({ item }) => item)

/** The same for lists of any length. It yields, so that only its caller waits for it. */
export async function sortedCooperatively<T>(
  items: readonly T[],
  order: Order<T>,
  pause: Pause,
): Promise<readonly T[]> {
  const places = items.map((item) => placed(item, order))
  await pause()
  return (await sortCooperativelyBy(places, comparing(order), pause)).map(({ item }) => item)
}

/** Computes each item's value once. */
const placed = <T>(item: T, order: Order<T>) => ({ item, place: placeOf(item, order) })

const comparing =
  ({ descending }: { readonly descending: boolean }) =>
  (one: { readonly place: Place }, other: { readonly place: Place }): number =>
    comparePlaces(one.place, other.place, descending)

/** How many items at the beginning of a sorted list are so, in logarithmic time. */
function countWhile<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item === undefined) break
    if (isSo(item)) low = middle + 1
    else high = middle
  }
  return low
}

/** How many items of a sorted list come at or before a place. */
export const countUpTo = <T>(items: readonly T[], order: Order<T>, place: Place): number =>
  countWhile(items, (item) => comparePlaces(placeOf(item, order), place, order.descending) <= 0)

/** How many items of a sorted list come before all those of a value. */
export const countBefore = <T>(items: readonly T[], order: Order<T>, value: SortValue): number =>
  countWhile(items, (item) => {
    const compared = compareValues(order.valueOf(item), value)
    return order.descending ? compared > 0 : compared < 0
  })
