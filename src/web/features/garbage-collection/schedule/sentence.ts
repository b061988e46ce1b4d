import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import type { WirePolicy } from '#contract/jobs/policy.ts'
import type { PushMode } from '#domain/policy/collection-policy.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { scheduleFact, type Fact } from '#web/entities/schedule/schedule-fact.ts'
import { describeHours } from '../policy/policy-labels.ts'

const pushes: Readonly<Record<PushMode, string>> = {
  'reject-pushes': 'rejected',
  'hold-pushes': 'held',
  'accept-pushes': 'accepted',
}

/** The schedule and the policy as the facts of one sentence. */
export const sentenceOf = (schedule: WireSchedule, policy: WirePolicy): readonly Fact[] => [
  scheduleFact(schedule),
  policy.timeLimitMinutes === null
    ? ['until ', 'done']
    : ['for at most ', countOf(policy.timeLimitMinutes, 'minute')],
  ['pushes ', pushes[policy.whileCollecting], ' meanwhile'],
  policy.trashRetentionHours === 0
    ? ['deleted images kept ', 'only until the next run']
    : ['deleted images kept ', describeHours(policy.trashRetentionHours)],
  policy.collectUntagged
    ? ['untagged collected after ', describeHours(policy.untaggedMinimumAgeHours)]
    : ['untagged ', 'kept'],
]
