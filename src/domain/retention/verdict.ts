import type { ImageFacts } from './facts.ts'
import type { Rule } from './policy.ts'

export type VerdictKind = 'protected' | 'kept' | 'removed' | 'unmatched'

/** What a policy says of a tag, or of an image without one. */
export interface Verdict {
  readonly image: ImageFacts
  /** Null: an image without a tag. */
  readonly tag: string | null
  readonly kind: VerdictKind
  /** The first rule that decides; null: none does. */
  readonly rule: Rule | null
  /**
   * Why it stays though no rule of its own keeps it: a tag of what is attached to it, or what it is
   * attached to. Null: a rule decides, or none matches.
   */
  readonly becauseOf: string | null
  /** The clusters that run what a rule would take, so that it is kept; else none. */
  readonly runsIn: readonly string[]
}

/** What a policy says of the images of a repository. */
export interface Evaluation {
  /** In the order of the images, and of their tags. */
  readonly verdicts: readonly Verdict[]
  /** The images that go, with all that goes with them. */
  readonly going: ReadonlySet<ImageFacts>
}
