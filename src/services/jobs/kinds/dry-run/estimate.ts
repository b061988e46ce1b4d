/**
 * The assumed time of a removal before a run has measured it: a check, and the unlinking of a file.
 */
const assumedMsPerItem = 0.5

/** The time of fewer items than this depends on the machine's load more than on its speed. */
const tellingItems = 100

export interface RunToEstimate {
  readonly itemCount: number
  /** The last run on this storage: how long it kept pushes out, and how much it removed. */
  readonly last: { readonly gateClosedMs: number; readonly itemCount: number } | null
}

/** The estimated time for which a run would keep pushes out, in whole milliseconds. */
export function estimateGateClosedMs({ itemCount, last }: RunToEstimate): number {
  const isTelling = last !== null && last.gateClosedMs > 0 && last.itemCount >= tellingItems
  const msPerItem = isTelling ? last.gateClosedMs / last.itemCount : assumedMsPerItem
  return Math.round(itemCount * msPerItem)
}
