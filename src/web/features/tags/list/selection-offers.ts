import { messageOf } from '#web/api/api-error.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import type { DeletionOutcome } from '../deletion/run-deletion.ts'
import { selectionLimit } from './selection.ts'

/**
 * Offers to select the tags that match the filter but have not loaded, once everything shown is
 * selected. At most as many as one deletion may take.
 */
export function matchingOffer({
  selectedCount,
  shownCount,
  matchingCount,
}: {
  readonly selectedCount: number
  readonly shownCount: number
  readonly matchingCount: number | null
}): string | null {
  if (matchingCount === null || shownCount === 0) return null
  if (selectedCount < Math.min(shownCount, selectionLimit)) return null
  if (selectedCount >= Math.min(matchingCount, selectionLimit)) return null
  return matchingCount > selectionLimit
    ? `Select the first ${formatCount(selectionLimit)} of ${countOf(matchingCount, 'tag')}`
    : `Select all ${countOf(matchingCount, 'tag')}`
}

/** The selection after a deletion: what failed, with its reason. */
export function settledSelection(outcomes: readonly DeletionOutcome[]): {
  readonly gone: readonly string[]
  readonly failures: ReadonlyMap<string, string>
} {
  return {
    gone: outcomes.filter(({ isDone }) => isDone).flatMap(({ step }) => step.tags),
    failures: new Map(
      outcomes.flatMap((outcome) =>
        outcome.isDone ? [] : outcome.step.tags.map((tag) => [tag, messageOf(outcome.error)]),
      ),
    ),
  }
}
