import { isSelectedBy, matchesParts } from './conditions.ts'
import type { VerdictKind } from './verdict.ts'
import type { ImageFacts } from './facts.ts'
import { ruleVerbs, type Expectation, type RetentionPolicy, type Rule } from './policy.ts'

/** An expectation, and what the rules say instead. */
export interface ExpectationOutcome {
  readonly expectation: Expectation
  readonly verdict: VerdictKind
  /** The rule that decides; null: none. */
  readonly rule: Rule | null
  readonly holds: boolean
}

/** Any moment: an expectation says how long ago everything was. */
const nowMs = Date.UTC(2026, 0, 1)
const verdictOf = { protect: 'protected', keep: 'kept', remove: 'removed' } as const

/**
 * Checks each expectation: what the rules do with an image as it describes. Pulls count as recorded
 * since long ago. Where a rule counts the newest, there are enough newer images, unless the
 * expectation says `newest: true`.
 */
export const checkExpectations = ({
  rules,
  expectations,
}: RetentionPolicy): readonly ExpectationOutcome[] =>
  expectations.map((expectation) => {
    const rule = ruleFor(rules, expectation)
    if (rule?.verb === 'remove' && expectation.isRunning) {
      return { expectation, verdict: 'kept', rule: null, holds: expectation.is === 'kept' }
    }
    const verdict = rule === null ? 'unmatched' : verdictOf[rule.verb]
    return { expectation, verdict, rule, holds: verdict === expectation.is }
  })

function ruleFor(rules: readonly Rule[], expectation: Expectation): Rule | null {
  const { tag, pushedAgoMs, pulledAgoMs, isNewest } = expectation
  const pushedAtMs = nowMs - (pushedAgoMs ?? 0)
  const pushed = { fromMs: pushedAtMs, toMs: pushedAtMs }
  const image: ImageFacts = {
    digest: '',
    tags: tag === null ? [] : [{ name: tag, pushed }],
    linked: pushed,
    lastPulledAtMs: pulledAgoMs === null ? null : nowMs - pulledAgoMs,
    platforms: null,
    labels: null,
    freedBytes: null,
    listedBy: [],
    runsIn: expectation.isRunning ? ['a cluster'] : [],
    attachedTo: [],
  }
  const around = { nowMs, pullsSinceMs: 0 }
  const candidate = { image, tag: image.tags[0] ?? null }
  for (const verb of ruleVerbs) {
    for (const rule of rules) {
      if (rule.verb !== verb) continue
      const { newest } = rule.selector
      if (!isSelectedBy(verb, matchesParts(rule.selector, candidate, around))) continue
      if (newest === null || isNewest === (verb !== 'remove')) return rule
    }
  }
  return null
}
