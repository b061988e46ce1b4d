import type { TagPatterns } from './tag-patterns.ts'

/**
 * What a rule does with what it selects. `protect` and `keep` always win over `remove`, in whatever
 * order they stand; what no rule selects is kept.
 */
export const ruleVerbs = ['protect', 'keep', 'remove'] as const
export type RuleVerb = (typeof ruleVerbs)[number]

export const rankings = ['pushed', 'version', 'pulled'] as const
/** What makes an image newer than another. */
export type Ranking = (typeof rankings)[number]

/** Which images of a repository a rule is about: all parts must match. */
export interface Selector {
  /** Null: images without a tag, which nothing else holds; or what runs. */
  readonly tags: TagPatterns | null
  /** True: what was reported to run, with a tag or without; then there is no other part. */
  readonly running: true | null
  /** Since it was pushed, in milliseconds. */
  readonly olderThanMs: number | null
  /** Since it was last pulled. */
  readonly notPulledForMs: number | null
  /** Bytes that a deletion would free. */
  readonly largerThanBytes: number | null
  /** `linux/arm64`: one of the image's platforms. */
  readonly platform: string | null
  readonly label: { readonly key: string; readonly value: string } | null
  /**
   * How many of the newest images of what the other parts select; images, not tags. For `keep`,
   * these; for `remove`, all but these.
   */
  readonly newest: { readonly count: number; readonly by: Ranking } | null
}

export interface Rule {
  readonly verb: RuleVerb
  readonly selector: Selector
  /** In the text of the policy, from 1. */
  readonly line: number
}

export const expectedVerdicts = ['protected', 'kept', 'removed', 'unmatched'] as const

/** What a policy is expected to do with an image that it describes. */
export interface Expectation {
  /** Null: an image without a tag. */
  readonly tag: string | null
  /** How long ago; null: at the moment. */
  readonly pushedAgoMs: number | null
  /** Null: no pull was seen. */
  readonly pulledAgoMs: number | null
  /** It was reported to run. */
  readonly isRunning: boolean
  /** Among the newest of each rule that counts them; else there are enough newer ones. */
  readonly isNewest: boolean
  readonly is: (typeof expectedVerdicts)[number]
  readonly line: number
}

/** Rules for a scope, in their order. */
export interface RetentionPolicy {
  readonly rules: readonly Rule[]
  readonly expectations: readonly Expectation[]
}
