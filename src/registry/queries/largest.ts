/** Keeps the largest of many items, the largest first; of equal items, those that came first. */
export function createLargest<T>(maximum: number, sizeOf: (item: T) => number) {
  const kept: { readonly item: T; readonly size: number }[] = []
  let seen = 0
  return {
    add(item: T): void {
      seen += 1
      const size = sizeOf(item)
      const last = kept[maximum - 1]
      if (last && last.size >= size) return
      const place = kept.findIndex((other) => other.size < size)
      kept.splice(place < 0 ? kept.length : place, 0, { item, size })
      if (kept.length > maximum) kept.pop()
    },
    items: (): readonly T[] => kept.map(({ item }) => item),
    /** How many items were added, including the small ones. */
    seen: (): number => seen,
  }
}
