import type { Clock } from '#domain/time/clock.ts'

export interface ThrottleLimit {
  readonly attempts: number
  readonly withinMs: number
}

export interface AttemptThrottle {
  /** 0 when an attempt may be made; otherwise in how many seconds, at least 1. */
  secondsToWait(key: string): number
  /** Attempts that count now. */
  counted(key: string): number
  /**
   * Counts an attempt, before it is known how it ends: guesses made at the same time count too.
   * One that was refused is not counted, so that waiting helps.
   */
  count(key: string): void
  /** It was right: this attempt no longer counts, failures before it do. */
  uncount(key: string): void
  /** It was right: neither this attempt nor failures before it count any longer. */
  forgive(key: string): void
}

/** More keys than this are an attack; the memory for them is bounded. */
const maximumKeys = 10_000

/** A sliding window over the last attempts of each key. */
export function createAttemptThrottle(clock: Clock, limit: ThrottleLimit): AttemptThrottle {
  const attemptsOf = new Map<string, readonly number[]>()

  /** Attempts from the future were made before the clock was set back: they no longer count. */
  const recent = (key: string, nowMs: number): readonly number[] =>
    (attemptsOf.get(key) ?? []).filter((atMs) => nowMs - limit.withinMs < atMs && atMs <= nowMs)

  function makeRoom(nowMs: number): void {
    if (attemptsOf.size < maximumKeys) return
    for (const key of attemptsOf.keys()) {
      if (recent(key, nowMs).length === 0) attemptsOf.delete(key)
    }
    // Maps keep the order of insertion: the first key is the one that began longest ago.
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
