import { ok, err, type Result } from '../values/result.ts'

/** Whether a pattern is that of a tag's whole name. */
export type MatchesName = (name: string) => boolean

/** What a glob compiles to: texts with anything between them, or else an expression. */
export type Glob =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'expression'; readonly source: string }

const maximumLength = 256

const inTags = /[\w.-]/

const refuse = (pattern: string, why: string): Result<never> =>
  err({ code: 'INVALID_PATTERN', message: `the pattern "${pattern}" ${why}` })

const expressionOf: Readonly<Record<string, string>> = {
  '*': '.*',
  '?': '.',
  '.': '\\.',
  '{': '(?:',
  '}': ')',
}

/**
 * Shell patterns over the names of tags: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`. Strict, because a
 * pattern that is read differently than it was meant takes other tags: what no tag can have is
 * refused, and so is all that shells and libraries disagree about.
 */
export function parseGlob(pattern: string): Result<Glob> {
  if (pattern === '') return refuse(pattern, 'is empty: write * for all tags')
  if (pattern.length > maximumLength) {
    return refuse(`${pattern.slice(0, 20)}…`, `has more than ${maximumLength} characters`)
  }
  if (/^[\w.*-]+$/.test(pattern)) return ok({ kind: 'texts', texts: pattern.split(/\*+/) })
  let source = ''
  let depth = 0
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (char === '[') {
      const end = pattern.indexOf(']', at)
      const set = end < 0 ? null : classOf(pattern.slice(at + 1, end))
      if (set === null) return refuse(pattern, 'has a "[" that is no set: write [0-9], or [!0-9]')
      source += set
      at = end
    } else if (char === ',' && depth > 0) source += '|'
    else if (char === '{' || char === '}') {
      depth += char === '{' ? 1 : -1
      if (depth < 0) return refuse(pattern, 'has a "}" without its "{"')
      source += expressionOf[char]
    } else if (char in expressionOf) source += expressionOf[char]
    else if (inTags.test(char)) source += char
    else return refuse(pattern, `has "${char}", which no tag has`)
  }
  if (depth > 0) return refuse(pattern, 'has a "{" without its "}"')
  if (pattern.includes('{') && /\{[^{},]*\}|\.\./.test(pattern)) {
    return refuse(pattern, 'has braces that are no list: write {a,b}')
  }
  return ok({ kind: 'expression', source })
}

/** `[0-9a-f]`, `[!0-9]` as a class of an expression; null if it is none. */
function classOf(inside: string): string | null {
  const [, not, set = ''] = /^([!^]?)((?:\w-\w|[\w.])+)$/.exec(inside) ?? []
  if (not === undefined) return null
  for (const [, from = '', to = ''] of set.matchAll(/(\w)-(\w)/g)) {
    const kinds = [/\d/, /[a-z]/, /[A-Z]/]
    if (from > to || !kinds.some((kind) => kind.test(from) && kind.test(to))) return null
  }
  return `[${not === '' ? '' : '^'}${set.replaceAll('.', '\\.')}]`
}

/** Looks for each text after the one before: what a star stands for is never tried twice. */
export function matchesTexts(texts: readonly string[], name: string): boolean {
  const first = texts[0] ?? ''
  if (texts.length === 1) return name === first
  const last = texts.at(-1) ?? ''
  const end = name.length - last.length
  if (!name.startsWith(first) || end < first.length || !name.endsWith(last)) return false
  let from = first.length
  for (let at = 1; at < texts.length - 1; at += 1) {
    const text = texts[at] ?? ''
    const found = name.indexOf(text, from)
    if (found < 0 || found + text.length > end) return false
    from = found + text.length
  }
  return true
}
