import { RE2JS } from 're2js'
import { ok, err, type Result } from '../values/result.ts'
import { matchesTexts, parseGlob, type MatchesName } from './glob.ts'

/** Which tags a rule is about. */
export interface TagPatterns {
  /** As they were written. */
  readonly texts: readonly string[]
  readonly matches: MatchesName
  /** How many patterns a name is compared with at most. */
  readonly cost: number
}

export const maximumPatterns = 100

const maximumExpressionLength = 256
/** Of an expression, counted repetitions written out: the automaton has about as many states. */
const maximumStates = 5000

const refuse = (message: string): Result<never> => err({ code: 'INVALID_PATTERN', message })

/** Runs in time linear in the name, whatever the expression is. */
function compile(source: string): MatchesName {
  const expression = RE2JS.compile(source)
  return (name) => expression.matches(name)
}

/** `/…/`: an expression that the whole tag must match. No tag has a slash. */
function parseExpression(pattern: string): Result<MatchesName> {
  const source = pattern.slice(1, -1)
  if (pattern.length < 3 || !pattern.endsWith('/')) {
    return refuse(`the expression "${pattern}" has to end with "/", such as /v[0-9]+/`)
  }
  if (source.length > maximumExpressionLength) {
    return refuse(`an expression has at most ${maximumExpressionLength} characters`)
  }
  let states = source.length
  for (const [, least = '', most = ''] of source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    states *= Math.max(Number(least), Number(most), 1)
  }
  if (states > maximumStates) {
    return refuse(`the expression "${pattern}" repeats too much: use + or * instead of large {n}`)
  }
  try {
    return ok(compile(source))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return refuse(
      `the expression "${pattern}" cannot be used: ${why} (expressions are those of RE2, which takes linear time: no look-around, no back-references)`,
    )
  }
}

function parsePattern(pattern: string): Result<MatchesName> {
  if (pattern.startsWith('/')) return parseExpression(pattern)
  const glob = parseGlob(pattern)
  if (!glob.ok) return glob
  const { value } = glob
  if (value.kind === 'expression') return ok(compile(value.source))
  if (value.texts.every((text) => text === '') && value.texts.length > 1) return ok(() => true)
  return ok((name) => matchesTexts(value.texts, name))
}

/** Globs, or expressions between slashes; after `!` exclusions, in whatever order they stand. */
export function parseTagPatterns(texts: readonly string[]): Result<TagPatterns> {
  if (texts.length > maximumPatterns) {
    return refuse(`a rule has at most ${maximumPatterns} patterns`)
  }
  const chosen: MatchesName[] = []
  const excluded: MatchesName[] = []
  for (const text of texts) {
    const isExclusion = text.startsWith('!')
    const parsed = parsePattern(isExclusion ? text.slice(1) : text)
    if (!parsed.ok) return parsed
    if (isExclusion) excluded.push(parsed.value)
    else chosen.push(parsed.value)
  }
  if (chosen.length === 0) {
    return refuse(`name the tags that are meant, such as '*', before those that are excluded`)
  }
  return ok({ texts, cost: texts.length, matches: anyBut(chosen, excluded) })
}

function isAny(patterns: readonly MatchesName[], name: string): boolean {
  for (const matches of patterns) if (matches(name)) return true
  return false
}

/** Runs for every rule and every tag. */
function anyBut(chosen: readonly MatchesName[], excluded: readonly MatchesName[]): MatchesName {
  const [only, second] = chosen
  if (only !== undefined && second === undefined && excluded.length === 0) return only
  return (name) => isAny(chosen, name) && !isAny(excluded, name)
}
