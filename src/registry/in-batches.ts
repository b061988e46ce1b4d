import { allKnown, type Awaitable } from '#domain/values/awaitable.ts'

/** How many files are read at once: enough to hide latency, too few to take much memory. */
const batchSize = 64

/**
 * Applies `read` to all items, one batch at a time, and yields the results of each batch in order.
 */
export async function* inBatches<T, R>(
  items: readonly T[],
  read: (item: T) => Awaitable<R>,
  size = batchSize,
): AsyncGenerator<readonly R[]> {
  for (let start = 0; start < items.length; start += size) {
    const reads = allKnown(items.slice(start, start + size).map((item) => read(item)))
    yield reads instanceof Promise ? await reads : reads
  }
}
