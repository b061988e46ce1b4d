import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import type { WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import { formatCount } from '#web/components/text/count-of.ts'
import { scheduleFact, type Fact } from '#web/entities/schedule/schedule-fact.ts'

type Settings = Pick<
  WireRetentionSettings,
  'beforeCollections' | 'maximumShare' | 'maximumImages' | 'approveFirst'
>

/**
 * When rules run, and what holds them, as the facts of one sentence.
 *
 * @param settings null: only administrators are told
 */
export function cleaningSentence(
  schedule: WireSchedule,
  settings: Settings | null,
): readonly Fact[] {
  const when = scheduleFact(schedule)
  if (settings === null) return [when]
  const { beforeCollections, maximumShare, maximumImages, approveFirst } = settings
  return [
    when,
    ...(beforeCollections ? [['also ', 'before each collection'] as const] : []),
    approveFirst
      ? ['a new or changed policy ', 'waits for approval']
      : ['new and changed policies ', 'run without approval'],
    maximumShare === 100
      ? ['', 'any share', ' of a repository may go']
      : ['at most ', `${maximumShare} %`, ' of a repository’s tags or of all bytes at once'],
    maximumImages === null
      ? ['', 'any number', ' of images']
      : ['at most ', formatCount(maximumImages), ' images at once'],
  ]
}
