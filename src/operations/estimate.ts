/** What one removal takes where no run has shown it yet: unlinking a file, and looking before. */
const assumedMsPerItem = 0.5

/** Fewer items than this say more about the machine's mood than about its speed. */
const tellingItems = 100

export interface RunToEstimate {
  /** How long the plan took to make: a run makes it again, with the gate closed. */
  readonly planningMs: number
  readonly itemCount: number
  /** The last run on this storage: how long it kept pushes out, and how much it removed. */
  readonly last: { readonly gateClosedMs: number; readonly itemCount: number } | null
}

/** About how long a run would keep pushes out, in whole milliseconds. */
export function estimateGateClosedMs({ planningMs, itemCount, last }: RunToEstimate): number {
  const msPerItem =
    last !== null && last.itemCount >= tellingItems
      ? Math.max(0, last.gateClosedMs - planningMs) / last.itemCount
      : assumedMsPerItem
  return Math.round(planningMs + itemCount * msPerItem)
}
