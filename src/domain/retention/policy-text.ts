import { CST, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import { err, ok, type Refusal, type Result } from '../values/result.ts'

/** Something wrong at a place of a text; line and column from 1. */
export interface TextProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

export interface InvalidPolicy extends Refusal {
  readonly code: 'INVALID_POLICY'
  readonly problems: readonly TextProblem[]
}

interface Place {
  readonly line: number
  readonly column: number
}

/** A value of YAML or JSON, with its place. Scalars are texts as written: `1.10` stays `1.10`. */
export type Placed = Place &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'list'; readonly items: readonly Placed[] }
    | { readonly kind: 'fields'; readonly fields: readonly PlacedField[] }
  )

export interface PlacedField extends Place {
  readonly name: string
  readonly value: Placed
}

export const invalidPolicy = (problems: readonly TextProblem[]): Result<never, InvalidPolicy> => {
  const [first] = problems
  const where = first === undefined ? '' : `line ${first.line}, column ${first.column}: `
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const message = `${where}${first?.message ?? 'the policy is not valid'}${more}`
  return err({ code: 'INVALID_POLICY', message, problems })
}

export const maximumPolicyCharacters = 128 * 1024

/** A rule lies four deep. */
const maximumDepth = 8
/** Spaces before a line, and marks such as `- ` in one. Each may open a level. */
const maximumIndentation = 40
const maximumMarks = 8
/** A rule with all parts has about sixty; each costs time. */
const maximumTokens = 100_000

const refused: Readonly<Partial<Record<CST.TokenType, string>>> = {
  alias: `aliases are not used here; a pattern that begins with "*" needs quotes: '*'`,
  anchor: 'anchors are not used here; text that begins with "&" needs quotes',
  tag: `tags of YAML are not used here; a pattern that begins with "!" needs quotes: '!v*'`,
  'directive-line': 'directives of YAML are not used here; leave out what begins with "%"',
  'block-scalar-header': 'texts of several lines are not used here; write it in one line',
}

/**
 * What makes a text unreadable, found without building anything: the reader of YAML calls itself
 * for each level, and a text of brackets would end the process.
 */
function flawBeforeReading(text: string): TextProblem | null {
  let line = 1
  let lineStart = 0
  let at = 0
  let depth = 0
  let marks = 0
  let tokens = 0
  let isPlainText = false
  const flaw = (message: string) => ({ line, column: at - lineStart + 1, message })
  for (const token of new Lexer().lex(text)) {
    tokens += 1
    const type = isPlainText ? null : CST.tokenType(token)
    isPlainText = token === CST.SCALAR
    const reason = type === null ? undefined : refused[type]
    if (reason !== undefined) return flaw(reason)
    if (type === 'flow-seq-start' || type === 'flow-map-start') depth += 1
    else if (type === 'flow-seq-end' || type === 'flow-map-end') depth = Math.max(0, depth - 1)
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') marks += 1
    else if (type === 'space' && at === lineStart && token.length > maximumIndentation) {
      return flaw(`a line begins with at most ${maximumIndentation} spaces`)
    }
    if (depth > maximumDepth || marks > maximumMarks) return flaw('this is too deep for a policy')
    if (tokens > maximumTokens) return flaw('a policy has not so many parts')
    // Marks of the lexer, which are not in the text.
    if (type === 'byte-order-mark' || !isOwnMark(token)) at += token.length
    const lastBreak = token.lastIndexOf('\n')
    if (lastBreak >= 0) {
      line += token.split('\n').length - 1
      lineStart = at - (token.length - lastBreak - 1)
      marks = 0
    }
  }
  return null
}

const isOwnMark = (token: string): boolean =>
  token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.SCALAR

/** YAML, or JSON, which is YAML too; without anything in it that makes a text larger than it looks. */
export function readPolicyText(text: string): Result<Placed, InvalidPolicy> {
  if (text.length > maximumPolicyCharacters) {
    const message = `a policy has at most ${maximumPolicyCharacters / 1024} KiB`
    return invalidPolicy([{ line: 1, column: 1, message }])
  }
  const flaw = flawBeforeReading(text)
  if (flaw !== null) return invalidPolicy([flaw])
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    // All scalars are texts.
    schema: 'failsafe',
    // Both take time that grows with the square of the text.
    uniqueKeys: false,
    prettyErrors: false,
  })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const [error] = document.errors
  if (error !== undefined) {
    return invalidPolicy([{ ...placeAt(error.pos[0]), message: error.message }])
  }
  const { contents } = document
  if (contents === null) {
    const message = 'the policy is empty: it has "rules:", and a list of rules'
    return invalidPolicy([{ line: 1, column: 1, message }])
  }
  return placed(contents, placeAt)
}

function placed(
  node: unknown,
  placeAt: (offset: number) => Place,
  within: Place = { line: 1, column: 1 },
): Result<Placed, InvalidPolicy> {
  const range = (node as { range?: readonly number[] | null } | null)?.range
  const place = range ? placeAt(range[0] ?? 0) : within
  if (isScalar(node)) {
    const text = typeof node.value === 'string' ? node.value : ''
    return ok({ ...place, kind: 'text', text })
  }
  if (node === null || node === undefined) return ok({ ...place, kind: 'text', text: '' })
  if (isSeq(node)) {
    const items: Placed[] = []
    for (const item of node.items) {
      const read = placed(item, placeAt, place)
      if (!read.ok) return read
      items.push(read.value)
    }
    return ok({ ...place, kind: 'list', items })
  }
  if (!isMap(node)) return invalidPolicy([{ ...place, message: 'this is not understood' }])
  const fields = new Map<string, PlacedField>()
  for (const { key, value } of node.items) {
    const name = placed(key, placeAt, place)
    if (!name.ok) return name
    const { line, column } = name.value
    if (name.value.kind !== 'text') {
      return invalidPolicy([{ line, column, message: 'a name is expected here' }])
    }
    const { text } = name.value
    if (fields.has(text)) {
      return invalidPolicy([{ line, column, message: `"${text}" is there twice` }])
    }
    const read = placed(value, placeAt, name.value)
    if (!read.ok) return read
    fields.set(text, { line, column, name: text, value: read.value })
  }
  return ok({ ...place, kind: 'fields', fields: [...fields.values()] })
}
