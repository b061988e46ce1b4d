import type { Result } from '../values/result.ts'
import { parseByteAmount } from './byte-amount.ts'
import { parseDuration } from './duration.ts'
import { fieldsOf, problem, textOf, textsOf, type Problems } from './placed-fields.ts'
import { rankings, type RuleVerb, type Selector } from './policy.ts'
import type { Placed } from './policy-text.ts'
import { parseTagPatterns, type TagPatterns } from './tag-patterns.ts'

const conditions = [
  'tags',
  'untagged',
  'olderThan',
  'notPulledFor',
  'largerThan',
  'platform',
  'label',
] as const

/** What each verb can say. */
const partsOf = {
  protect: ['tags'],
  keep: [...conditions, 'newest', 'by', 'running'],
  remove: [...conditions, 'exceptNewest', 'by'],
} as const satisfies Record<RuleVerb, readonly string[]>

const maximumNewest = 10_000
/** `linux/arm64`, `linux/arm/v7`. */
const platformPattern = /^[\w.-]{1,64}\/[\w.-]{1,64}(?:\/[\w.-]{1,64})?$/
const labelPattern = /^([^=\s]{1,256})=(.{0,1024})$/

type Fields = ReadonlyMap<string, Placed>

/** Null, and a problem, where it is not valid. */
export function parseSelector(value: Placed, verb: RuleVerb, problems: Problems): Selector | null {
  const before = problems.length
  const fields = fieldsOf(value, partsOf[verb], problems)
  if (fields === null) return null
  const running = fields.get('running')
  if (running !== undefined) return whatRuns(running, fields, problems)
  const parse = <T>(name: string, parser: (text: string) => Result<T>): T | null => {
    const field = fields.get(name)
    const text = field && textOf(field, problems)
    if (!field || !text) return null
    const parsed = parser(text)
    if (parsed.ok) return parsed.value
    problem(problems, field, parsed.refusal.message)
    return null
  }
  const selector: Selector = {
    tags: tagsIn(fields, value, problems),
    olderThanMs: parse('olderThan', parseDuration),
    notPulledForMs: parse('notPulledFor', parseDuration),
    largerThanBytes: parse('largerThan', parseByteAmount),
    platform: platformIn(fields, problems),
    label: labelIn(fields, problems),
    newest: newestIn(fields, problems),
    running: null,
  }
  return problems.length > before ? null : selector
}

function whatRuns(running: Placed, { size }: Fields, problems: Problems): Selector | null {
  if (textOf(running, problems) !== 'true' || size > 1) {
    const message = '"running: true" stands alone: what runs is kept, whatever else is true of it'
    problem(problems, running, message)
    return null
  }
  const noTimes = { olderThanMs: null, notPulledForMs: null, newest: null }
  const nothingElse = { tags: null, largerThanBytes: null, platform: null, label: null }
  return { ...nothingElse, ...noTimes, running: true }
}

function tagsIn(fields: Fields, whole: Placed, problems: Problems): TagPatterns | null {
  const [tags, untagged] = [fields.get('tags'), fields.get('untagged')]
  if ((tags === undefined) === (untagged === undefined)) {
    problem(problems, whole, `say which images are meant: tags: ['*'], or untagged: true`)
    return null
  }
  if (untagged !== undefined && textOf(untagged, problems) !== 'true') {
    problem(problems, untagged, 'only "untagged: true" has a meaning: leave it out for tags')
  }
  if (tags === undefined) return null
  const texts = textsOf(tags, problems)
  if (texts === null) return null
  const parsed = parseTagPatterns(texts)
  if (parsed.ok) return parsed.value
  problem(problems, tags, parsed.refusal.message)
  return null
}

function platformIn(fields: Fields, problems: Problems): string | null {
  const field = fields.get('platform')
  const text = field && textOf(field, problems)
  if (!field || !text) return null
  if (platformPattern.test(text)) return text
  problem(problems, field, 'a platform is written linux/arm64, or linux/arm/v7')
  return null
}

function labelIn(fields: Fields, problems: Problems): Selector['label'] {
  const field = fields.get('label')
  const text = field && textOf(field, problems)
  if (!field || !text) return null
  const [, key, value] = labelPattern.exec(text) ?? []
  if (key !== undefined && value !== undefined) return { key, value }
  problem(problems, field, 'a label is written key=value')
  return null
}

function newestIn(fields: Fields, problems: Problems): Selector['newest'] {
  const [field, by] = [fields.get('newest') ?? fields.get('exceptNewest'), fields.get('by')]
  if (field === undefined) {
    if (by !== undefined) problem(problems, by, '"by" belongs to a number of newest images')
    return null
  }
  const text = textOf(field, problems) ?? ''
  const count = /^[1-9]\d*$/.test(text) ? Number(text) : 0
  if (count < 1 || count > maximumNewest) {
    problem(problems, field, `how many images: a number from 1 to ${maximumNewest}`)
    return null
  }
  if (by === undefined) return { count, by: 'pushed' }
  const ranking = rankings.find((one) => one === textOf(by, problems))
  if (ranking !== undefined) return { count, by: ranking }
  problem(problems, by, `"by" is one of ${rankings.join(', ')}`)
  return null
}
