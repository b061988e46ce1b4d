import type { Clock } from '#domain/time/clock.ts'

/** A limited number of recently used keys: the least recently used go first. */
export interface RecentKeys {
  has(key: string): boolean
  /** Starts or restarts the time of a key. */
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
      // More than the full time is left if the clock was set back.
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
