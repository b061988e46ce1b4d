import { isMap, isScalar, type YAMLMap } from 'yaml'
import { ok, type Result } from '../../values/result.ts'
import { ruleVerbs, type RuleVerb } from '../policy.ts'
import {
  readPolicyText,
  type InvalidPolicy,
  type Placed,
  type TextProblem,
} from '../policy-text.ts'
import { changeRules } from './change-rules.ts'

/** What a form has a field for; all values are texts as they stand in the policy. */
export const editableFields = [
  'tags',
  'untagged',
  'olderThan',
  'notPulledFor',
  'newest',
  'exceptNewest',
  'by',
  'largerThan',
  'platform',
  'label',
] as const
export type EditableField = (typeof editableFields)[number]

const isEditable = (name: string): name is EditableField =>
  editableFields.some((field) => field === name)

/** A rule as a form shows it, right or not. */
export interface EditableRule {
  /** Among the rules of the text, from 0. */
  readonly at: number
  readonly line: number
  /** Null: the text has something else here, which a form cannot show. */
  readonly verb: RuleVerb | null
  /** Patterns of `tags` are separated by spaces, which no tag has. */
  readonly fields: Readonly<Partial<Record<EditableField, string>>>
  /** What is wrong, by field; without one, of the rule as a whole. */
  readonly problems: readonly { readonly field: EditableField | null; readonly message: string }[]
}

const noRules = 'rules: []'

/** A draft without anything in it has no rules yet. */
const draftOf = (text: string): string => (text.trim() === '' ? noRules : text)

/**
 * The rules in a text, in their order, with those of the problems that are within one.
 *
 * @returns a refusal if the text cannot be read at all
 */
export function editableRules(
  text: string,
  problems: readonly TextProblem[],
): Result<readonly EditableRule[], InvalidPolicy> {
  const read = readPolicyText(draftOf(text))
  if (!read.ok) return read
  const { value } = read
  const rules =
    value.kind === 'fields' ? value.fields.find(({ name }) => name === 'rules')?.value : undefined
  const items = rules?.kind === 'list' ? rules.items : []
  return ok(items.map((item, at) => ruleAt(item, at, problems)))
}

interface Place {
  readonly line: number
  readonly column: number
}

const isAt = (problem: TextProblem, { line, column }: Place): boolean =>
  problem.line === line && problem.column === column

function ruleAt(item: Placed, at: number, problems: readonly TextProblem[]): EditableRule {
  const whole = problems.filter((problem) => isAt(problem, item))
  const [only, second] = item.kind === 'fields' ? item.fields : []
  const verb = ruleVerbs.find((one) => one === only?.name)
  const nothing = { at, line: item.line, fields: {} }
  if (only === undefined || second !== undefined || verb === undefined) {
    return { ...nothing, verb: null, problems: whole.map(ofWhole) }
  }
  const selector = only.value
  if (selector.kind !== 'fields') {
    const found = problems.filter((one) => isAt(one, item) || isAt(one, selector))
    return {
      ...nothing,
      verb: selector.kind === 'text' ? verb : null,
      problems: found.map(ofWhole),
    }
  }
  const fields: Partial<Record<EditableField, string>> = {}
  const found: { field: EditableField | null; message: string }[] = []
  const seen = new Set<TextProblem>()
  for (const { name, value, line, column } of selector.fields) {
    const field = isEditable(name) ? name : null
    const text = textOf(value)
    // A list where a text belongs, or a name that is not known.
    if (field === null || text === null)
      return { ...nothing, verb: null, problems: whole.map(ofWhole) }
    fields[field] = text
    const items = value.kind === 'list' ? value.items : []
    for (const problem of problems) {
      if (seen.has(problem)) continue
      if (![value, { line, column }, ...items].some((place) => isAt(problem, place))) continue
      seen.add(problem)
      found.push({ field, message: problem.message })
    }
  }
  for (const problem of problems) {
    if (seen.has(problem)) continue
    if (isAt(problem, selector) || isAt(problem, item)) found.push(ofWhole(problem))
  }
  return { ...nothing, verb, fields, problems: found }
}

const ofWhole = ({ message }: TextProblem) => ({ field: null, message })

function textOf(value: Placed): string | null {
  if (value.kind === 'text') return value.text
  if (value.kind !== 'list') return null
  const texts = value.items.map((item) => (item.kind === 'text' ? item.text : null))
  return texts.includes(null) ? null : texts.join(' ')
}

/** Patterns as a person types them, separated by spaces. */
export const patternsIn = (text: string): readonly string[] =>
  text.split(/\s+/).filter((pattern) => pattern !== '')

/** Writes fields of a rule; an empty text leaves one out. */
export const withFields = (
  text: string,
  at: number,
  values: Readonly<Partial<Record<EditableField, string>>>,
): Result<string> =>
  changeRules(text, (rules, document) => {
    const inner = selectorOf(rules.items[at])
    if (inner === null) return
    for (const field of editableFields) {
      const value = values[field]
      if (value === undefined) continue
      const words = field === 'tags' ? patternsIn(value) : value.trim()
      if (words.length === 0) inner.delete(field)
      else inner.set(field, document.createNode(words, { flow: true }))
    }
  })

/** Another verb, with what that can say of what the rule says now. */
export const withVerb = (text: string, at: number, verb: RuleVerb): Result<string> =>
  changeRules(text, (rules) => {
    const rule = rules.items[at]
    const [pair] = isMap(rule) ? rule.items : []
    const inner = selectorOf(rule)
    if (pair === undefined || !isScalar(pair.key) || inner === null) return
    pair.key.value = verb
    for (const name of editableFields) {
      if (!isKnownTo(verb, name)) moveCount(inner, verb, name)
    }
  })

/** `newest` of `keep` is `exceptNewest` of `remove`. */
function moveCount(inner: YAMLMap, verb: RuleVerb, name: EditableField): void {
  const node = inner.get(name, true)
  if (!inner.delete(name) || verb === 'protect') return
  if (name === 'newest') inner.set('exceptNewest', node)
  else if (name === 'exceptNewest') inner.set('newest', node)
}

/** Whether a rule of this verb can have this field. */
export function isKnownTo(verb: RuleVerb, field: EditableField): boolean {
  if (verb === 'protect') return field === 'tags'
  return field !== (verb === 'keep' ? 'exceptNewest' : 'newest')
}

function selectorOf(rule: unknown): YAMLMap | null {
  const [pair] = isMap(rule) ? rule.items : []
  return isMap(pair?.value) ? pair.value : null
}

/** A rule more, at the end, of which the person has yet to say what it is about. */
export const withNewRule = (text: string, verb: RuleVerb): Result<string> =>
  changeRules(draftOf(text), (rules, document) => {
    rules.add(document.createNode({ [verb]: document.createNode({}, { flow: true }) }))
  })
