import type { WirePlatform } from '#contract/images/tags.ts'
import { messageOf } from '#web/api/api-error.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import type { DeletionOutcome } from '../deletion/run-deletion.ts'
import type { TagSelectionView } from './list-queries.ts'
import { selectionLimit, type SelectedTag, type Selection } from './selection.ts'

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

const dayMs = 86_400_000

/** The selected tags that do not match the filters, so that no row shows them. */
export function hiddenSelection(
  { tags }: Selection,
  { filter, olderDays, pulled, verdict, freesMoreThan, platform }: Omit<TagSelectionView, 'sort'>,
  pullsSince: string | null = null,
): readonly string[] {
  const text = filter.trim().toLowerCase()
  const newestMs = olderDays ? Date.now() - olderDays * dayMs : Infinity
  const isShown = ({ name, digest, ...tag }: SelectedTag): boolean =>
    (text === '' || name.toLowerCase().includes(text) || hasDigest(digest, text)) &&
    (!olderDays || Date.parse(tag.updatedAt ?? '') < newestMs) &&
    (!pulled || isUnpulled(tag, pulled, pullsSince)) &&
    (!verdict || (tag.retention?.verdict ?? 'unmatched') === verdict) &&
    (!freesMoreThan || (tag.freedSize ?? 0) > freesMoreThan) &&
    (!platform || (tag.platforms ?? []).some((each) => isFor(each, platform)))
  return [...tags.values()].filter((tag) => !isShown(tag)).map(({ name }) => name)
}

/** As the server filters: what is not known is not listed as unused. */
function isUnpulled(
  { lastPulledAt, updatedAt }: Omit<SelectedTag, 'name' | 'digest'>,
  pulled: 'never' | number,
  pullsSince: string | null,
): boolean {
  if (pulled === 'never') return !lastPulledAt
  const sinceMs = Date.now() - pulled * dayMs
  const isKnown = pullsSince !== null && Date.parse(pullsSince) <= sinceMs
  const usedMs = Math.max(Date.parse(lastPulledAt ?? '') || 0, Date.parse(updatedAt ?? ''))
  return isKnown && usedMs < sinceMs
}

const isFor = ({ os, architecture, variant }: WirePlatform, wanted: string): boolean =>
  wanted === `${os}/${architecture}` || wanted === `${os}/${architecture}/${variant}`

/** As the server filters: by the beginning of a digest, with its algorithm or without. */
const hasDigest = (digest: string, text: string): boolean =>
  text.includes(':')
    ? digest.startsWith(text)
    : text.length >= 6 && digest.slice(digest.indexOf(':') + 1).startsWith(text)

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
