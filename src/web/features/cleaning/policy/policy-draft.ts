import { editableRules, type EditableRule } from '#domain/retention/editing/editable-rules.ts'
import { checkExpectations, type ExpectationOutcome } from '#domain/retention/expectations.ts'
import { parseRetentionPolicy } from '#domain/retention/parse-policy.ts'
import type { TextProblem } from '#domain/retention/policy-text.ts'
import { ruleInWords } from '#domain/retention/rule-in-words.ts'

/** What a text says while it is edited: the form, and what is wrong. */
export interface PolicyDraft {
  /** Null: the text cannot be read at all, so that there is no form. */
  readonly rules: readonly EditableRule[] | null
  /** The rules as sentences, by their line; empty while something is wrong. */
  readonly words: ReadonlyMap<number, string>
  readonly problems: readonly TextProblem[]
  /** What each expectation gives; empty while something is wrong. */
  readonly expectations: readonly ExpectationOutcome[]
  /** It can be saved. */
  readonly isRight: boolean
}

/** Reads a draft as the server reads it when it is saved. */
export function readDraft(text: string): PolicyDraft {
  const parsed = parseRetentionPolicy(text)
  const problems = parsed.ok ? [] : parsed.refusal.problems
  const rules = editableRules(text, problems)
  const expectations = parsed.ok ? checkExpectations(parsed.value) : []
  return {
    rules: rules.ok ? rules.value : null,
    words: new Map(
      parsed.ok ? parsed.value.rules.map((rule) => [rule.line, ruleInWords(rule)] as const) : [],
    ),
    problems,
    expectations,
    isRight: parsed.ok && expectations.every(({ holds }) => holds),
  }
}
