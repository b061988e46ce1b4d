import type { Awaitable } from '#domain/values/awaitable.ts'

/**
 * Does something with each item, at most `limit` at once, in the order given. After the first
 * rejection no further item is begun; rejects with it once those under way are over. What is done at
 * once is not waited for.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  limit: number,
  action: (item: T) => Awaitable<void | null>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failed = false

  async function work(): Promise<void> {
    for (let next = iterator.next(); !next.done && !failed; next = iterator.next()) {
      try {
        const doing = action(next.value)
        if (doing) await doing
      } catch (error) {
        failed = true
        throw error
      }
    }
  }

  const ends = await Promise.allSettled(Array.from({ length: limit }, work))
  for (const end of ends) {
    if (end.status === 'rejected') throw end.reason
  }
}
