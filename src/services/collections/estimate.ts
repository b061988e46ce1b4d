/** What one removal takes where no run has shown it yet: unlinking a file, and looking before. */
const assumedMsPerItem = 0.5

/** Fewer items than this say more about the machine's mood than about its speed. */
const tellingItems = 100

export interface RunToEstimate {
  readonly itemCount: number
  /** The last run on this storage: how long it kept pushes out, and how much it removed. */
  readonly last: { readonly gateClosedMs: number; readonly itemCount: number } | null
}

/** About how long a run would keep pushes out, if it does, in whole milliseconds. */
export function estimateGateClosedMs({ itemCount, last }: RunToEstimate): number {
  const isTelling = last !== null && last.gateClosedMs > 0 && last.itemCount >= tellingItems
  const msPerItem = isTelling ? last.gateClosedMs / last.itemCount : assumedMsPerItem
  return Math.round(itemCount * msPerItem)
}
