import { err, ok, type Result } from '../../values/result.ts'
import { parseDuration } from '../duration.ts'
import type { Rule } from '../policy.ts'

/** A condition of a pruning policy, in the words of Docker Trusted Registry. */
export interface PruningRule {
  readonly field: string
  readonly operator: string
  readonly values: readonly string[]
}

/** What a rule of ours removes, in the words of a policy's text. */
export interface PruningSelector {
  readonly tags: readonly string[]
  /** `14d`; null: of any age. */
  readonly olderThan: string | null
}

export interface NoCounterpart {
  readonly code: 'NO_COUNTERPART'
  /** Of the conditions, from 0; null: all of them. */
  readonly at: number | null
  readonly message: string
}

const refuse = (at: number | null, message: string) =>
  err({ code: 'NO_COUNTERPART', at, message } as const)

/** As people read them, and as that registry sends them. */
const operators: ReadonlyMap<string, string> = new Map([
  ['equals', 'eq'],
  ['not equals', 'neq'],
  ['starts with', 'sw'],
  ['ends with', 'ew'],
  ['contains', 'c'],
  ['one of', 'oo'],
  ['not one of', 'noo'],
])

const ageField = 'updated_at'
const fieldsOfScans = /^(?:component|license|vulnerabilit)/

/** What a tag may consist of: in a pattern it stands for itself. */
const plainText = /^[\w.-]+$/

interface Conditions {
  /** Patterns that choose tags; null: none does as yet. */
  chosen: readonly string[] | null
  readonly excluded: string[]
  olderThan: string | null
}

/**
 * Reads the conditions of a pruning policy, all of which must hold. Refuses, with a sentence, what
 * has no exact counterpart here.
 */
export function parsePruningRules(
  rules: readonly PruningRule[],
): Result<PruningSelector, NoCounterpart> {
  if (rules.length === 0) {
    return refuse(null, 'without a condition it would remove every tag: give at least one')
  }
  const conditions: Conditions = { chosen: null, excluded: [], olderThan: null }
  for (const [at, rule] of rules.entries()) {
    const problem = rule.field === 'tag' ? addTags(rule, conditions) : addAge(rule, conditions)
    if (problem !== null) return refuse(at, problem)
  }
  const { chosen, excluded, olderThan } = conditions
  return ok({ tags: [...(chosen ?? ['*']), ...excluded.map((tag) => `!${tag}`)], olderThan })
}

/** Returns what is wrong with it; null: nothing. */
function addAge({ field, operator, values }: PruningRule, conditions: Conditions): string | null {
  if (fieldsOfScans.test(field)) {
    return `images are not scanned here, so nothing is known of "${field}"`
  }
  if (field !== ageField) return `"${field}" is not known here: use tag or ${ageField}`
  const [value = '', second] = values
  if (operator !== 'before' || second !== undefined) {
    return `${ageField} has the operator "before" here, and one value: how long ago, such as 14d`
  }
  if (conditions.olderThan !== null) return `${ageField} is there twice`
  const duration = parseDuration(value)
  if (!duration.ok) return duration.refusal.message
  conditions.olderThan = value
  return null
}

function addTags({ operator, values }: PruningRule, conditions: Conditions): string | null {
  const short = operators.get(operator) ?? operator
  const strange = values.find((value) => !plainText.test(value))
  if (short !== 'matches' && strange !== undefined) return `no tag has "${strange}" in its name`
  if (values.length === 0) return 'it has no values'
  if (short === 'neq' || short === 'noo') {
    if (short === 'neq' && values.length > 1) return 'neq has one value: use noo for several'
    conditions.excluded.push(...values)
    return null
  }
  const patterns = patternsOf(short, values)
  if (!patterns.ok) return patterns.refusal.message
  if (conditions.chosen !== null) {
    return 'two conditions that choose tags by name have no counterpart: write one, with "matches" if need be'
  }
  conditions.chosen = patterns.value
  return null
}

const refuseValues = (message: string): Result<never> => err({ code: 'NO_COUNTERPART', message })

function patternsOf(operator: string, values: readonly string[]): Result<readonly string[]> {
  const [value = '', second] = values
  if (operator === 'oo') return ok(values)
  const pattern = new Map([
    ['eq', value],
    ['sw', `${value}*`],
    ['ew', `*${value}`],
    ['c', `*${value}*`],
  ]).get(operator)
  if (pattern === undefined && operator !== 'matches') {
    const known = [...operators.values(), 'matches'].join(', ')
    return refuseValues(`"${operator}" is not known here of tags: use ${known}`)
  }
  if (second !== undefined) return refuseValues(`${operator} has one value: use oo for several`)
  if (pattern !== undefined) return ok([pattern])
  const whole = wholeExpression(value)
  return whole === null
    ? refuseValues(
        `the expression "${value}" has to say where a tag begins and ends, so that it is read in one way: ^…$, and around alternatives ^(?:…)$`,
      )
    : ok([`/${whole}/`])
}

/** What stands between `^` and `$`, if these hold for all of it. */
function wholeExpression(source: string): string | null {
  if (source.length < 3 || !source.startsWith('^') || !source.endsWith('$')) return null
  const inner = source.slice(1, -1)
  let depth = 0
  let isInSet = false
  for (let at = 0; at < inner.length; at += 1) {
    const char = inner.charAt(at)
    if (char === '\\') {
      // The `$` at the end would be meant as itself.
      if (at === inner.length - 1) return null
      at += 1
    } else if (isInSet) isInSet = char !== ']'
    else if (char === '[') isInSet = true
    else if (char === '(') depth += 1
    else if (char === ')') depth -= 1
    else if (char === '|' && depth <= 0) return null
  }
  return inner
}

/** A rule of ours as conditions; null: it has no exact counterpart. */
export function pruningRulesOf({ verb, selector }: Rule): readonly PruningRule[] | null {
  const { tags, olderThanMs, newest } = selector
  const { notPulledForMs, largerThanBytes, platform, label } = selector
  if (verb !== 'remove' || tags === null || newest !== null) return null
  if ([notPulledForMs, largerThanBytes, platform, label].some((part) => part !== null)) return null
  const excluded = tags.texts.flatMap((text) => (text.startsWith('!') ? [text.slice(1)] : []))
  const chosen = conditionOf(tags.texts.filter((text) => !text.startsWith('!')))
  if (chosen === null || !excluded.every((text) => plainText.test(text))) return null
  const rules = [
    ...chosen,
    ...(excluded.length === 0 ? [] : [{ field: 'tag', operator: 'noo', values: excluded }]),
    ...(olderThanMs === null
      ? []
      : [{ field: ageField, operator: 'before', values: [hoursOrDays(olderThanMs)] }]),
  ]
  // That all tags are removed has no condition, and so no counterpart.
  return rules.length === 0 ? null : rules
}

const hourMs = 3_600_000
const hoursOrDays = (ms: number): string =>
  ms % (24 * hourMs) === 0 ? `${ms / (24 * hourMs)}d` : `${ms / hourMs}h`

const condition = (operator: string, values: readonly string[]): readonly PruningRule[] => [
  { field: 'tag', operator, values },
]

/** None for all tags; null where there is no counterpart. */
function conditionOf(patterns: readonly string[]): readonly PruningRule[] | null {
  const [only = '', second] = patterns
  if (patterns.every((text) => plainText.test(text))) {
    return condition(second === undefined ? 'eq' : 'oo', patterns)
  }
  if (second !== undefined) return null
  if (only === '*') return []
  if (only.startsWith('/')) {
    const inner = only.slice(1, -1)
    const source = wholeExpression(`^${inner}$`) === null ? `^(?:${inner})$` : `^${inner}$`
    return condition('matches', [source])
  }
  const [, before, text, after] = /^(\*?)([\w.-]+)(\*?)$/.exec(only) ?? []
  if (text === undefined) return null
  return condition(before === '*' ? (after === '*' ? 'c' : 'ew') : 'sw', [text])
}
