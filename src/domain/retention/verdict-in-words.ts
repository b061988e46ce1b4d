import { shortDigest } from '../values/digest.ts'
import type { Verdict } from './verdict.ts'
import { ruleInWords } from './rule-in-words.ts'

const nameOf = (text: string): string => (text.includes(':') ? shortDigest(text) : text)

/** Why a tag or an image has its verdict, as a sentence. */
export function reasonInWords({
  rule,
  becauseOf,
  tag,
}: Pick<Verdict, 'rule' | 'becauseOf' | 'tag'>): string {
  if (becauseOf !== null) {
    return `It hangs together with ${nameOf(becauseOf)}, which stays`
  }
  if (rule === null) {
    return `No rule is about this ${tag === null ? 'image' : 'tag'}, so it is kept`
  }
  return `${ruleInWords(rule)} (line ${rule.line})`
}
