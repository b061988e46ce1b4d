import { createChangeSignal } from '#coordination/change-signal.ts'

/**
 * Runs `action` for each item in the order given, at most `limit` at once. After the first
 * rejection it starts no further item, and rejects with it once the running ones have ended.
 */
export async function inParallel<T>(
  items: Iterable<T>,
  limit: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failed = false

  async function work(): Promise<void> {
    for (let next = iterator.next(); !next.done && !failed; next = iterator.next()) {
      try {
        await action(next.value)
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

/**
 * The same where some items weigh more than others: as many at once as weigh no more than `limit`
 * together, and one that alone weighs more.
 */
export async function inParallelByWeight<T>(
  items: Iterable<T>,
  limit: number,
  weightOf: (item: T) => number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const running = { weight: 0 }
  const failures: unknown[] = []
  const { next: ended, fire } = createChangeSignal()
  const hasRoomFor = (own: number): boolean => running.weight === 0 || running.weight + own <= limit

  async function work(item: T, own: number): Promise<void> {
    running.weight += own
    try {
      await action(item)
    } catch (error) {
      failures.push(error)
    } finally {
      running.weight -= own
      fire()
    }
  }

  for (const item of items) {
    const own = weightOf(item)
    while (!hasRoomFor(own)) await ended()
    if (failures.length > 0) break
    void work(item, own)
  }
  while (running.weight > 0) await ended()
  if (failures.length > 0) throw failures[0]
}
