import type { Pause } from '../time/clock.ts'
import { isSelectedBy, matchesParts, type Candidate } from './conditions.ts'
import type { Circumstances, ImageFacts } from './facts.ts'
import { followImages } from './follow-images.ts'
import { findNewest, type Newest, type Selected } from './newest.ts'
import { ruleVerbs, type RetentionPolicy, type Rule, type RuleVerb } from './policy.ts'
import { createTurns, type TakeTurns } from './turns.ts'
import type { Evaluation, Verdict, VerdictKind } from './verdict.ts'

const kindOf: Readonly<Record<RuleVerb, VerdictKind>> = {
  protect: 'protected',
  keep: 'kept',
  remove: 'removed',
}

/**
 * What rules may select: each tag but those that only attach, and each image without a tag that
 * nothing holds.
 */
async function candidatesOf(
  images: readonly ImageFacts[],
  takeTurns: TakeTurns,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = []
  for (const image of images) {
    const isHeld = image.listedBy.length > 0 || image.attachedTo.length > 0
    if (image.tags.length === 0 && !isHeld) candidates.push({ image, tag: null })
    for (const tag of image.tags) {
      if (!tag.attaches) candidates.push({ image, tag })
      const turn = takeTurns(2)
      if (turn) await turn
    }
  }
  return candidates
}

/**
 * Judges every tag, and every image without one. Pure: the same for the same input, and whatever the
 * order of the rules, but for which of several rules is named. Pauses so that other work gets its
 * turn.
 */
export async function evaluate(
  { rules }: Pick<RetentionPolicy, 'rules'>,
  images: readonly ImageFacts[],
  around: Circumstances,
  pause: Pause,
): Promise<Evaluation> {
  const takeTurns = createTurns(pause)
  const candidates = await candidatesOf(images, takeTurns)
  const decided = candidates.map((): Rule | undefined => undefined)
  for (const verb of ruleVerbs) {
    for (const rule of rules) {
      if (rule.verb === verb) await decide(rule, { candidates, decided, around, takeTurns })
    }
  }
  const verdicts: Verdict[] = []
  for (const [position, { image, tag }] of candidates.entries()) {
    const rule = decided[position] ?? null
    verdicts.push(verdictOf(image, tag?.name ?? null, rule))
    const turn = takeTurns(1)
    if (turn) await turn
  }
  return await followImages(images, verdicts, takeTurns)
}

/** What runs is kept, whether a rule says so or not. */
function verdictOf(image: ImageFacts, tag: string | null, rule: Rule | null): Verdict {
  if (rule?.verb === 'remove' && image.runsIn.length > 0) {
    return { image, tag, kind: 'kept', rule: null, becauseOf: null, runsIn: image.runsIn }
  }
  const kind = rule === null ? 'unmatched' : kindOf[rule.verb]
  return { image, tag, kind, rule, becauseOf: null, runsIn: [] }
}

interface Decisions {
  readonly candidates: readonly Candidate[]
  /** By the position of the candidate: the first rule of the strongest verb. */
  readonly decided: (Rule | undefined)[]
  readonly around: Circumstances
  readonly takeTurns: TakeTurns
}

async function decide(rule: Rule, { candidates, decided, around, takeTurns }: Decisions) {
  const { verb, selector } = rule
  const cost = 1 + (selector.tags?.cost ?? 0)
  const selected: Selected[] = []
  const positions: number[] = []
  for (let position = 0; position < candidates.length; position += 1) {
    const candidate = candidates[position]
    // What is decided matters only where images are counted.
    if (!candidate || (decided[position] && !selector.newest)) continue
    const turn = takeTurns(cost)
    if (turn) await turn
    const certainty = matchesParts(selector, candidate, around)
    if (certainty === 'no') continue
    if (selector.newest) {
      selected.push({ candidate, certainty })
      positions.push(position)
    } else if (isSelectedBy(verb, certainty)) decided[position] = rule
  }
  if (!selector.newest) return
  const newest = await findNewest(selected, selector.newest, around, takeTurns)
  for (const [place, one] of selected.entries()) {
    const position = positions[place]
    if (position !== undefined && isCounted(verb, one, newest)) decided[position] ??= rule
    const turn = takeTurns(1)
    if (turn) await turn
  }
}

/** Whether a rule that counts the newest selects what its other parts select. */
function isCounted(verb: RuleVerb, { candidate, certainty }: Selected, newest: Newest): boolean {
  if (!isSelectedBy(verb, certainty)) return false
  const { counted, outside, unranked } = newest
  if (verb === 'remove') return outside.has(candidate.image) && !unranked.has(candidate)
  return counted.has(candidate.image) && !outside.has(candidate.image)
}
