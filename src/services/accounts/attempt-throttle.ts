import type { Clock } from '#domain/time/clock.ts'

export interface ThrottleLimit {
  readonly attempts: number
  readonly withinMs: number
}

export interface AttemptThrottle {
  /** 0 if an attempt is allowed; otherwise the seconds to wait, at least 1. */
  secondsToWait(key: string): number
  /** The number of attempts that count now. */
  counted(key: string): number
  /**
   * Counts an attempt before its outcome is known: concurrent guesses count too. A refused attempt
   * does not count, so that waiting helps.
   */
  count(key: string): void
  /** After a success: this attempt no longer counts, earlier failures do. */
  uncount(key: string): void
  /** After a success: neither this attempt nor earlier failures count any longer. */
  forgive(key: string): void
}

/** More keys than this are an attack; this bounds the memory. */
const maximumKeys = 10_000

/** A sliding window over the last attempts of each key. */
export function createAttemptThrottle(clock: Clock, limit: ThrottleLimit): AttemptThrottle {
  const attemptsOf = new Map<string, readonly number[]>()

  /** Attempts in the future were made before the clock was set back: they no longer count. */
  const recent = (key: string, nowMs: number): readonly number[] =>
    (attemptsOf.get(key) ?? []).filter((atMs) => nowMs - limit.withinMs < atMs && atMs <= nowMs)

  function makeRoom(nowMs: number): void {
    if (attemptsOf.size < maximumKeys) return
    for (const key of attemptsOf.keys()) {
      if (recent(key, nowMs).length === 0) attemptsOf.delete(key)
    }
    // Maps keep the order of insertion: the first key is the oldest.
    for (const key of attemptsOf.keys()) {
      if (attemptsOf.size < maximumKeys) return
      attemptsOf.delete(key)
    }
  }

  return {
    secondsToWait(key) {
      const nowMs = clock.nowMs()
      const attempts = recent(key, nowMs)
      const [oldest = nowMs] = attempts
      if (attempts.length < limit.attempts) return 0
      return Math.max(1, Math.ceil((oldest + limit.withinMs - nowMs) / 1000))
    },

    counted: (key) => recent(key, clock.nowMs()).length,

    count(key) {
      const nowMs = clock.nowMs()
      makeRoom(nowMs)
      attemptsOf.set(key, [...recent(key, nowMs), nowMs])
    },

    uncount(key) {
      const attempts = attemptsOf.get(key) ?? []
      if (attempts.length <= 1) attemptsOf.delete(key)
      else attemptsOf.set(key, attempts.slice(0, -1))
    },

    forgive(key) {
      attemptsOf.delete(key)
    },
  }
}
