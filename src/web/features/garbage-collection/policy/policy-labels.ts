import type { WirePolicy } from '#contract/jobs/policy.ts'
import { longestHoldMs, type PushMode } from '#domain/policy/collection-policy.ts'
import type { CollectionPhase } from '#domain/collection/collection-result.ts'
import { countOf } from '#web/components/text/count-of.ts'
import { formatDuration } from '#web/components/text/format-time.ts'

interface PushModeWords {
  readonly label: string
  /** What a person who pushes sees. */
  readonly effect: string
  /** What every page says while a collection deletes. */
  readonly now: string
  /** What a run that is about to start means for pushes; null: it does not affect them. */
  readonly verb: string | null
  readonly wouldBe: string | null
}

export const pushModeWords: Record<PushMode, PushModeWords> = {
  'reject-pushes': {
    label: 'Reject pushes',
    effect:
      'A push that comes while it deletes fails at once, and the client prints that a collection is running.',
    now: 'Pushes are rejected until it finishes.',
    verb: 'are rejected',
    wouldBe: 'would be rejected',
  },
  'hold-pushes': {
    label: 'Hold pushes until it is done',
    effect: `A push that comes while it deletes waits without an answer and then goes on; after ${formatDuration(longestHoldMs)} it is rejected after all.`,
    now: 'Pushes wait until it finishes.',
    verb: 'wait',
    wouldBe: 'would wait',
  },
  'accept-pushes': {
    label: 'Keep accepting pushes',
    effect: 'A push goes on as ever, and what it needs stays, even if it was about to be deleted.',
    now: 'Pushes and pulls go on.',
    verb: null,
    wouldBe: null,
  },
}

/** What a collection in this phase means for pushes, for everyone. */
export function pushesNow(policy: WirePolicy, phase: CollectionPhase | null): string {
  const isKeepingOut = phase === 'waiting for pushes' || phase === 'sweeping'
  if (isKeepingOut || policy.whileCollecting === 'accept-pushes') return wordsOfMode(policy).now
  return phase === 'verifying' ? 'Pushes go on again.' : 'Pushes go on until it deletes.'
}

export const wordsOfMode = ({ whileCollecting }: WirePolicy): PushModeWords =>
  pushModeWords[whileCollecting]

/** `3 days`, `36 hours`: in the largest unit that gives a whole number. */
export function describeHours(hours: number): string {
  return hours >= 24 && hours % 24 === 0 ? countOf(hours / 24, 'day') : countOf(hours, 'hour')
}
