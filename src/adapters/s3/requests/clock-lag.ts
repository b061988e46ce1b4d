import type { S3Client } from '@aws-sdk/client-s3'

export interface ClockLag {
  watch(client: S3Client): void
  /**
   * By how many milliseconds the store's stamp of an object may be older than our time of the
   * moment at which it was written. Infinity before the first answer.
   */
  stampsLagMs(): number
  /** How far the clocks are apart, at most; 0 before the first answer. */
  skewMs(): number
}

/** Stamps and the times of answers have whole seconds. */
const tickMs = 1000
/** Few, so that a clock that was set is soon known. */
const answersKept = 64

/** Compares our clock with the store's, which is in each of its answers. */
export function createClockLag(nowMs: () => number = Date.now): ClockLag {
  const lags: number[] = []
  const skews: number[] = []

  function see(sentAtMs: number, date: string | undefined): void {
    const storeMs = Date.parse(date ?? '')
    if (Number.isNaN(storeMs)) return
    const receivedAtMs = nowMs()
    lags.push(receivedAtMs - storeMs)
    // The store answered between the two, within the second that it named.
    skews.push(Math.max(0, storeMs - receivedAtMs, sentAtMs - storeMs - tickMs))
    if (lags.length > answersKept) lags.shift()
    if (skews.length > answersKept) skews.shift()
  }

  return {
    watch(client) {
      client.middlewareStack.add(
        (next) => async (args) => {
          const sentAtMs = nowMs()
          const answer = await next(args)
          const { headers } = answer.response as { headers?: Record<string, string> }
          see(sentAtMs, headers?.date)
          return answer
        },
        { step: 'deserialize', name: 'clockLag' },
      )
    },
    stampsLagMs: () => Math.max(0, Math.min(...lags)) + tickMs,
    skewMs: () => (skews.length === 0 ? 0 : Math.min(...skews)),
  }
}
