import type { Pause } from '#domain/time/clock.ts'

const runLength = 4096

/** Sorts by a text (code units), and pauses so that other work can run. */
export const sortCooperatively = <T>(
  items: Iterable<T>,
  textOf: (item: T) => string,
  pause: Pause,
): Promise<T[]> =>
  sortCooperativelyBy(
    items,
    (a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0),
    pause,
  )

/** Sorts by any comparison: a merge sort that pauses between runs. */
export async function sortCooperativelyBy<T>(
  items: Iterable<T>,
  compare: (a: T, b: T) => number,
  pause: Pause,
): Promise<T[]> {
  const all = [...items]
  let runs: T[][] = []
  for (let start = 0; start < all.length; start += runLength) {
    runs.push(all.slice(start, start + runLength).toSorted(compare))
    if (start > 0) await pause()
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let pair = 0; pair < runs.length; pair += 2) {
      merged.push(await merge(runs[pair] ?? [], runs[pair + 1] ?? [], compare, pause))
    }
    runs = merged
  }
  return runs[0] ?? []
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  pause: Pause,
): Promise<T[]> {
  const merged: T[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    const a = left[l]
    const b = right[r]
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      merged.push(a as T)
      l += 1
    } else {
      merged.push(b)
      r += 1
    }
    if (merged.length % (runLength * 4) === 0) await pause()
  }
  return merged
}
