/** The requests of container clients that are being served. */
export interface InflightRequests {
  /** Counts a request. Call the result once, when the response has ended or was cut off. */
  begin(): () => void
  /** Whether a request is in flight, or was a moment ago. */
  isBusy(): boolean
}

/** A client that sends one request after the other pauses no longer than this. */
const betweenRequestsMs = 50

/** The same between requests that write: a push also compresses layers, and asks for others. */
export const betweenWritesMs = 2000

export function createInflightRequests(
  nowMs: () => number,
  pauseMs = betweenRequestsMs,
): InflightRequests {
  let count = 0
  let lastEndedMs = -Infinity
  return {
    begin() {
      count += 1
      return () => {
        count -= 1
        lastEndedMs = nowMs()
      }
    },
    isBusy: () => count > 0 || Math.abs(nowMs() - lastEndedMs) < pauseMs,
  }
}
