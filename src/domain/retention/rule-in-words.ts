import { formatByteSize } from '../values/byte-size.ts'
import { durationInWords } from './duration.ts'
import type { Ranking, Rule, RuleVerb, Selector } from './policy.ts'

const verbs: Readonly<Record<RuleVerb, string>> = {
  protect: 'Protect',
  keep: 'Keep',
  remove: 'Remove',
}

const orders: Readonly<Record<Ranking, string>> = {
  pushed: 'by push',
  version: 'by version',
  pulled: 'by last pull',
}

function tagsInWords(texts: readonly string[]): string {
  const named = texts.filter((text) => !text.startsWith('!'))
  const but = texts.filter((text) => text.startsWith('!')).map((text) => text.slice(1))
  const what = named.includes('*') ? 'all tags' : `tags ${named.join(', ')}`
  return but.length === 0 ? what : `${what} but ${but.join(', ')}`
}

function partsInWords(selector: Selector): readonly string[] {
  const { olderThanMs, notPulledForMs, largerThanBytes, platform, label } = selector
  return [
    olderThanMs === null ? '' : `pushed more than ${durationInWords(olderThanMs)} ago`,
    notPulledForMs === null ? '' : `not pulled for ${durationInWords(notPulledForMs)}`,
    largerThanBytes === null ? '' : `that free more than ${formatByteSize(largerThanBytes)}`,
    platform === null ? '' : `for ${platform}`,
    label === null ? '' : `labelled ${label.key}=${label.value}`,
  ].filter((part) => part !== '')
}

/** A rule as people are told of it. */
export type RuleInWords = Pick<Rule, 'verb' | 'line'> & { readonly words: string }

export const describeRule = (rule: Rule): RuleInWords => ({
  verb: rule.verb,
  line: rule.line,
  words: ruleInWords(rule),
})

/** `Remove tags pr-* pushed more than 14 days ago`. */
export function ruleInWords({ verb, selector }: Pick<Rule, 'verb' | 'selector'>): string {
  const { tags, newest } = selector
  if (selector.running) return `${verbs[verb]} what runs`
  const what = tags === null ? 'untagged images' : tagsInWords(tags.texts)
  const which = [what, ...partsInWords(selector)].join(' ')
  if (newest === null) return `${verbs[verb]} ${which}`
  const many = newest.count === 1 ? 'newest image' : `${newest.count} newest images`
  const count = `the ${many} ${orders[newest.by]}`
  return verb === 'remove'
    ? `${verbs[verb]} ${which}, except ${count} of them`
    : `${verbs[verb]} ${count} of ${which}`
}
