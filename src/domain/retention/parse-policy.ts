import { ok, type Result } from '../values/result.ts'
import { parseDuration } from './duration.ts'
import {
  invalidPolicy,
  readPolicyText,
  type InvalidPolicy,
  type Placed,
  type TextProblem,
} from './policy-text.ts'
import {
  expectedVerdicts,
  ruleVerbs,
  type Expectation,
  type RetentionPolicy,
  type Rule,
} from './policy.ts'
import { fieldsOf, problem, textOf, type Problems } from './placed-fields.ts'
import { parseSelector } from './parse-selector.ts'

export const maximumRules = 1000
export const maximumExpectations = 1000
/** Of all rules together: each is compared with every tag. */
const maximumPatternsOfAll = 5000

/**
 * Reads a policy in YAML or JSON. A refusal has every problem that was found, with line and column.
 * Whether the expectations hold is another question: `failedExpectations`.
 */
export function parseRetentionPolicy(text: string): Result<RetentionPolicy, InvalidPolicy> {
  const read = readPolicyText(text)
  if (!read.ok) return read
  const problems: TextProblem[] = []
  const fields = fieldsOf(read.value, ['rules', 'expect'], problems)
  const rules = listed(fields, 'rules', maximumRules, problems).flatMap(
    (item) => parseRule(item, problems) ?? [],
  )
  const expectations = listed(fields, 'expect', maximumExpectations, problems).flatMap(
    (item) => parseExpectation(item, problems) ?? [],
  )
  const patterns = rules.reduce((sum, { selector }) => sum + (selector.tags?.cost ?? 0), 0)
  if (fields !== null && !fields.has('rules')) {
    problem(problems, read.value, 'a policy has "rules:", and a list of rules (which may be empty)')
  }
  if (patterns > maximumPatternsOfAll) {
    const message = `all rules together have at most ${maximumPatternsOfAll} patterns`
    problem(problems, read.value, message)
  }
  return problems.length > 0 ? invalidPolicy(problems) : ok({ rules, expectations })
}

function listed(
  fields: ReadonlyMap<string, Placed> | null,
  name: string,
  maximum: number,
  problems: Problems,
): readonly Placed[] {
  const value = fields?.get(name)
  if (value === undefined || (value.kind === 'text' && value.text === '')) return []
  if (value.kind !== 'list') {
    problem(problems, value, `"${name}" is a list: each line begins with "- "`)
    return []
  }
  if (value.items.length > maximum) {
    problem(problems, value, `"${name}" has at most ${maximum} lines`)
    return []
  }
  return value.items
}

function parseRule(item: Placed, problems: Problems): Rule | null {
  const fields = fieldsOf(item, ruleVerbs, problems)
  if (fields === null) return null
  const [only, second] = [...fields.keys()]
  const verb = ruleVerbs.find((one) => one === only)
  const value = verb && fields.get(verb)
  if (verb === undefined || value === undefined || second !== undefined) {
    problem(problems, item, 'a rule has one verb: protect, keep or remove')
    return null
  }
  const selector = parseSelector(value, verb, problems)
  return selector && { verb, selector, line: item.line }
}

function isTrue(value: Placed | undefined, problems: Problems): boolean {
  const text = value && textOf(value, problems)
  if (value && text && text !== 'true' && text !== 'false') {
    problem(problems, value, 'true or false belongs here')
  }
  return text === 'true'
}

/** `20d ago`, or `now` or `never`, which are null. */
function parseAgo(value: Placed | undefined, problems: Problems): number | null {
  const text = value && textOf(value, problems)
  if (!value || !text || text === 'now' || text === 'never') return null
  const duration = parseDuration(text.replace(/ ago$/, ''))
  if (duration.ok) return duration.value
  problem(problems, value, `${duration.refusal.message}, and "ago": 20d ago`)
  return null
}

function parseExpectation(item: Placed, problems: Problems): Expectation | null {
  const names = ['tag', 'untagged', 'pushed', 'pulled', 'newest', 'running', 'is'] as const
  const fields = fieldsOf(item, names, problems)
  if (fields === null) return null
  const [tag, untagged, is] = [fields.get('tag'), fields.get('untagged'), fields.get('is')]
  const expected = is && expectedVerdicts.find((one) => one === textOf(is, problems))
  if (expected === undefined) {
    const message = `say what is expected: is: ${expectedVerdicts.join(', ')}`
    problem(problems, is ?? item, message)
    return null
  }
  if ((tag === undefined) === (untagged === undefined)) {
    problem(problems, item, 'an expectation is about one image: tag: v1, or untagged: true')
    return null
  }
  return {
    tag: tag === undefined ? null : textOf(tag, problems),
    pushedAgoMs: parseAgo(fields.get('pushed'), problems),
    pulledAgoMs: parseAgo(fields.get('pulled'), problems),
    isNewest: isTrue(fields.get('newest'), problems),
    isRunning: isTrue(fields.get('running'), problems),
    is: expected,
    line: item.line,
  }
}
