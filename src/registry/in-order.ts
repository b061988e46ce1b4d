/**
 * Reads each item, several at once, and yields the results in the order of the items: the next
 * reads run while the caller consumes one result. Ends with the first rejection.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = []
  const begin = (item: T): void => {
    const result = read(item)
    // The consumer gets the first rejection when it awaits that read. Rejections of the other reads
    // must not end the process.
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

/** Few enough that other work of a page runs between two slices. */
const usualSlice = 64
/** The same for links, which take a fraction of the time of a manifest. */
export const sliceOfLinks = 256
/** Enough that each of several threads finds a next slice when it finishes one. */
const slicesAtOnce = 8

/** Reads a list in slices, several of them at once, and yields the results in order. */
export function slicesInOrder<T, R>(
  items: readonly T[],
  read: (slice: readonly T[]) => Promise<R>,
  sliceSize = usualSlice,
): AsyncGenerator<R> {
  const starts = Array.from(
    { length: Math.ceil(items.length / sliceSize) },
    (_, slice) => slice * sliceSize,
  )
  return inOrder(starts, slicesAtOnce, (start) => read(items.slice(start, start + sliceSize)))
}
