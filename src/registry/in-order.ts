import type { Awaitable } from '#domain/values/awaitable.ts'

/**
 * Reads each item, so many at a time, and gives the results in the order of the items: those that
 * follow are under way while one is consumed. Ends with the first rejection.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  read: (item: T) => Awaitable<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = []
  const begin = (item: T): void => {
    const result = Promise.resolve(read(item))
    // Whoever is waited for first says what went wrong; the others must not end the process.
    result.catch(() => {})
    underWay.push(result)
  }
  let position = 0
  for (; position < Math.min(atOnce, items.length); position += 1) begin(items[position] as T)
  for (let next = underWay.shift(); next; next = underWay.shift()) {
    yield await next
    if (position < items.length) begin(items[position++] as T)
  }
}

/** Few enough that other work runs in between, when a page consumes them. */
const sliceSize = 64
/** Enough that each of a few threads has the next slices when it is done with some. */
const slicesAtOnce = 8

/** Reads a list in slices, several of which are under way, and gives the results in order. */
export function slicesInOrder<T, R>(
  items: readonly T[],
  read: (slice: readonly T[]) => Awaitable<R>,
): AsyncGenerator<R> {
  const starts = Array.from(
    { length: Math.ceil(items.length / sliceSize) },
    (_, slice) => slice * sliceSize,
  )
  return inOrder(starts, slicesAtOnce, (start) => read(items.slice(start, start + sliceSize)))
}
