/** Requests of one call at the same time. */
const requestsAtOnce = 48

/** As many results as items, in their order. Rejects with the first error, once all have ended. */
export async function inParallel<T, R>(
  items: readonly T[],
  act: (item: T, position: number) => Promise<R>,
  atOnce = requestsAtOnce,
): Promise<readonly R[]> {
  const results = Array.from<R>({ length: items.length })
  const failures: unknown[] = []
  let next = 0
  async function work(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const position = next
      next += 1
      try {
        results[position] = await act(items[position] as T, position)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work))
  if (failures.length > 0) throw failures[0]
  return results
}
