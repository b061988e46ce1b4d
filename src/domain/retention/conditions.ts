import type { Circumstances, ImageFacts, NeededFacts, TagFacts, TimeRange } from './facts.ts'
import type { RetentionPolicy, RuleVerb, Selector } from './policy.ts'

/** Whether something is so, as far as is known. */
export type Certainty = 'yes' | 'no' | 'unknown'

/** What a rule may select: an image by one of its tags, or without a tag. */
export interface Candidate {
  readonly image: ImageFacts
  readonly tag: TagFacts | null
}

/** Unknown counts for those that keep, and not for those that remove. */
export const isSelectedBy = (verb: RuleVerb, certainty: Certainty): boolean =>
  certainty === 'yes' || (certainty === 'unknown' && verb !== 'remove')

/** What lies in the future comes from a clock that was wrong: it is as good as unknown. */
const known = (time: TimeRange | null, { nowMs }: Circumstances): TimeRange | null =>
  time === null || time.toMs > nowMs ? null : time

export const pushedOf = ({ image, tag }: Candidate): TimeRange | null =>
  tag === null ? image.linked : tag.pushed

function isOlder(time: TimeRange | null, ageMs: number, around: Circumstances): Certainty {
  const certain = known(time, around)
  if (certain === null) return 'unknown'
  if (around.nowMs - certain.toMs >= ageMs) return 'yes'
  return around.nowMs - certain.fromMs < ageMs ? 'no' : 'unknown'
}

/**
 * When an image was last used: its last pull, or its push, whichever came later. Pulls before the
 * recording began are not known, so an image from before may have been used until then.
 */
export function usedRange(candidate: Candidate, around: Circumstances): TimeRange | null {
  const { nowMs, pullsSinceMs } = around
  const lastPull = candidate.image.lastPulledAtMs ?? -Infinity
  const pushed = known(pushedOf(candidate), around)
  if (pullsSinceMs === null || pullsSinceMs > nowMs || lastPull > nowMs) return null
  if (pushed === null) return null
  const { fromMs, toMs } = pushed
  const used = { fromMs: Math.max(lastPull, fromMs), toMs: Math.max(lastPull, toMs) }
  // What was pulled before may have been pulled again until then.
  return used.fromMs >= pullsSinceMs ? used : { ...used, toMs: Math.max(used.toMs, pullsSinceMs) }
}

function hasPlatform(image: ImageFacts, platform: string): Certainty {
  if (image.platforms === null) return 'unknown'
  const isIt = (one: string) => one === platform || one.startsWith(`${platform}/`)
  return image.platforms.some(isIt) ? 'yes' : 'no'
}

function hasLabel({ labels }: ImageFacts, { key, value }: { key: string; value: string }) {
  if (labels === null) return 'unknown'
  return labels.get(key) === value ? 'yes' : 'no'
}

const sizeIsAbove = ({ freedBytes }: ImageFacts, bytes: number): Certainty =>
  freedBytes === null ? 'unknown' : freedBytes > bytes ? 'yes' : 'no'

/** Whether all parts of a selector match, but for the count of newest images. */
export function matchesParts(
  selector: Selector,
  candidate: Candidate,
  around: Circumstances,
): Certainty {
  const { image, tag } = candidate
  if (selector.running) return image.runsIn.length > 0 ? 'yes' : 'no'
  if ((selector.tags === null) !== (tag === null)) return 'no'
  if (selector.tags !== null && tag !== null && !selector.tags.matches(tag.name)) return 'no'
  let certainty: Certainty = 'yes'
  const ask = (answer: Certainty): void => {
    if (answer === 'no' || certainty === 'no') certainty = 'no'
    else if (answer === 'unknown') certainty = 'unknown'
  }
  if (selector.olderThanMs !== null) {
    ask(isOlder(pushedOf(candidate), selector.olderThanMs, around))
  }
  if (selector.notPulledForMs !== null) {
    ask(isOlder(usedRange(candidate, around), selector.notPulledForMs, around))
  }
  if (selector.largerThanBytes !== null) ask(sizeIsAbove(image, selector.largerThanBytes))
  if (selector.platform !== null) ask(hasPlatform(image, selector.platform))
  if (selector.label !== null) ask(hasLabel(image, selector.label))
  return certainty
}

/** Whether rules say that nothing may be cleaned while it is not known what runs. */
export const asksForReports = ({ rules }: Pick<RetentionPolicy, 'rules'>): boolean =>
  rules.some(({ selector }) => selector.running !== null)

/** What has to be looked up before the policy can be evaluated. */
export const factsNeededBy = ({ rules }: Pick<RetentionPolicy, 'rules'>): NeededFacts => ({
  platforms: rules.some(({ selector }) => selector.platform !== null),
  labels: rules.some(({ selector }) => selector.label !== null),
  freedBytes: rules.some(({ selector }) => selector.largerThanBytes !== null),
})
