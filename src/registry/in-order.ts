/**
 * Reads each item, so many at a time, and gives the results in the order of the items: those that
 * follow are under way while one is consumed. Ends with the first rejection.
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = []
  const begin = (item: T): void => {
    const result = read(item)
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
