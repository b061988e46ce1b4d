import type { Repository } from '#contract/repositories.ts'

const askAgainMs = 2_000

/**
 * When to ask for repositories again: in a large registry, what a collection would free is told as it
 * was before the last changes, or not at all, until it is computed. False: no need to.
 */
export const untilReclaimableIsCurrent = (repositories: readonly Repository[]): number | false =>
  repositories.every(({ reclaimableIsCurrent }) => reclaimableIsCurrent) ? false : askAgainMs
