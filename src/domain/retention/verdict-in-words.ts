import { shortDigest } from '../values/digest.ts'
import type { Verdict } from './verdict.ts'
import { inWords } from './in-words.ts'
import type { RuleInWords } from './rule-in-words.ts'

const nameOf = (text: string): string => (text.includes(':') ? shortDigest(text) : text)

/** Why a tag or an image has its verdict, as a sentence. */
export function reasonInWords({
  rule,
  becauseOf,
  runsIn,
  tag,
}: Pick<Verdict, 'becauseOf' | 'runsIn' | 'tag'> & { readonly rule: RuleInWords | null }): string {
  if (runsIn.length > 0) return `It runs in ${inWords(runsIn)}, and what runs is kept`
  if (becauseOf !== null) {
    return `It hangs together with ${nameOf(becauseOf)}, which stays`
  }
  if (rule === null) {
    return `No rule is about this ${tag === null ? 'image' : 'tag'}, so it is kept`
  }
  return `${rule.words} (line ${rule.line})`
}
