import type { Clock } from '#domain/time/clock.ts'

/** Keys that were of use a while ago, no more than so many: the least recently used go first. */
export interface RecentKeys {
  has(key: string): boolean
  /** Begins its time, or begins it again. */
  use(key: string): void
}

export function createRecentKeys(
  clock: Clock,
  { lastMs, maximum }: { readonly lastMs: number; readonly maximum: number },
): RecentKeys {
  const untilMs = new Map<string, number>()
  return {
    has(key) {
      const leftMs = (untilMs.get(key) ?? 0) - clock.nowMs()
      // More than was given is left when the clock was set back.
      return leftMs > 0 && leftMs <= lastMs
    },
    use(key) {
      untilMs.delete(key)
      // Maps keep the order of insertion.
      const [oldest] = untilMs.keys()
      if (untilMs.size >= maximum && oldest !== undefined) untilMs.delete(oldest)
      untilMs.set(key, clock.nowMs() + lastMs)
    },
  }
}
