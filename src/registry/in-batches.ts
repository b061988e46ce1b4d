/** How many files are read at a time: enough to hide latency, too few to hold much in memory. */
const batchSize = 64

/** Applies `read` to all items, a batch at a time, and gives the results of each batch in order. */
export async function* inBatches<T, R>(
  items: readonly T[],
  read: (item: T) => Promise<R>,
  size = batchSize,
): AsyncGenerator<readonly R[]> {
  for (let start = 0; start < items.length; start += size) {
    yield await Promise.all(items.slice(start, start + size).map(read))
  }
}

export async function mapInBatches<T, R>(
  items: readonly T[],
  read: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for await (const batch of inBatches(items, read)) results.push(...batch)
  return results
}
