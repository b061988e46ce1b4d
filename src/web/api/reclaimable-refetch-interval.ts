import type { Repository } from '#contract/images/repositories.ts'
import { askAgainMs } from './ask-again.ts'

/**
 * The interval after which to fetch repositories again. In a large registry the reclaimable bytes
 * are out of date, or null, until the server has computed them. False: they are current.
 */
export const reclaimableRefetchInterval = (repositories: readonly Repository[]): number | false =>
  repositories.every(({ reclaimableIsCurrent }) => reclaimableIsCurrent) ? false : askAgainMs
