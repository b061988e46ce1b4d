/** What container clients are being served. */
export interface Traffic {
  /** A request has come in. To be called, once, when it is answered to the end, or cut off. */
  begin(): () => void
  /** Whether any is under way, or was a moment ago. */
  isBusy(): boolean
}

/** Clients that do one thing after the other take this long between two requests, or less. */
const betweenRequestsMs = 50

export function createTraffic(nowMs: () => number): Traffic {
  let underWay = 0
  let lastEndedMs = -Infinity
  return {
    begin() {
      underWay += 1
      return () => {
        underWay -= 1
        lastEndedMs = nowMs()
      }
    },
    isBusy: () => underWay > 0 || Math.abs(nowMs() - lastEndedMs) < betweenRequestsMs,
  }
}
