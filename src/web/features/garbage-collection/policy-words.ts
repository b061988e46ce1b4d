import type { WirePolicy } from '#contract/garbage-collection.ts'
import type { PushMode } from '#domain/collection-policy.ts'
import { counted } from './amounts.ts'

export interface PushModeWords {
  readonly label: string
  /** What a pusher sees. */
  readonly effect: string
}

export const pushModeWords: Record<PushMode, PushModeWords> = {
  'reject-pushes': {
    label: 'Reject pushes',
    effect: 'A push fails at once, and the client prints that a collection is running.',
  },
  'hold-pushes': {
    label: 'Hold pushes until it is done',
    effect: 'A push waits without an answer, and goes on when the collection is over.',
  },
  'accept-pushes': {
    label: 'Keep accepting pushes',
    effect: 'A push works as always; what it uses is kept.',
  },
}

/** `3 days`, `36 hours`: the largest unit that is whole. */
export function describeHours(hours: number): string {
  return hours >= 24 && hours % 24 === 0 ? counted(hours / 24, 'day') : counted(hours, 'hour')
}

/** The policy in sentences, for those who may not change it. */
export const describePolicy = (policy: WirePolicy): readonly string[] => [
  policy.timeLimitMinutes === null
    ? 'A collection runs until it is done.'
    : `A collection runs for at most ${counted(policy.timeLimitMinutes, 'minute')}; the next one goes on.`,
  `While it runs, ${lowerFirst(pushModeWords[policy.whileCollecting].effect)}`,
  policy.trashRetentionHours === 0
    ? 'Deleted images are kept until the next collection.'
    : `Deleted images are kept for at least ${describeHours(policy.trashRetentionHours)}.`,
  policy.collectUntagged
    ? `Untagged images older than ${describeHours(policy.untaggedMinimumAgeHours)} are collected.`
    : 'Untagged images are kept.',
]

const lowerFirst = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1)
