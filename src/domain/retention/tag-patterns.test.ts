import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesTexts, parseGlob } from './glob.ts'
import { parseTagPatterns } from './tag-patterns.ts'

const matching = (patterns: readonly string[], names: readonly string[]): readonly string[] => {
  const parsed = parseTagPatterns(patterns)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return names.filter((name) => parsed.value.matches(name))
}

const refusalOf = (...patterns: string[]): string => {
  const parsed = parseTagPatterns(patterns)
  return parsed.ok ? 'accepted' : parsed.refusal.message
}

const names = ['v1', 'v1.2', 'v10', 'main', 'release-1', 'pr-7', 'a.b', 'V1', '_x', 'v']

describe('globs match', () => {
  test.each<[pattern: string, expected: readonly string[]]>([
    ['*', names],
    ['**', names],
    ['v*', ['v1', 'v1.2', 'v10', 'v']],
    ['v?', ['v1']],
    ['v*.*', ['v1.2']],
    ['*1', ['v1', 'release-1', 'V1']],
    ['*-*', ['release-1', 'pr-7']],
    ['main', ['main']],
    ['{main,release-*}', ['main', 'release-1']],
    ['{v{1,10},main}', ['v1', 'v10', 'main']],
    ['v[0-9]', ['v1']],
    ['[vV]1', ['v1', 'V1']],
    ['[!v]*', ['main', 'release-1', 'pr-7', 'a.b', 'V1', '_x']],
    ['a.?', ['a.b']],
    ['/v[0-9]+/', ['v1', 'v10']],
    ['/v/', ['v']],
    ['/(?i)v1/', ['v1', 'V1']],
  ])('%s', (pattern, expected) => {
    expect(matching([pattern], names)).toEqual(expected)
  })

  test('but not what is excluded, in whatever order', () => {
    expect(matching(['!v1.*', 'v*', '!/v/'], names)).toEqual(['v1', 'v10'])
  })
})

test.each<[pattern: string, why: string]>([
  ['', 'is empty'],
  ['v1+2', 'which no tag has'],
  ['[z-a]', 'is no set'],
  ['[a', 'is no set'],
  ['[A-z]', 'is no set'],
  ['{a', 'without its "}"'],
  ['a}', 'without its "{"'],
  ['{1..30}', 'no list'],
  ['{a}', 'no list'],
  ['a\\*', 'which no tag has'],
  ['(a|b)', 'which no tag has'],
  ['é', 'which no tag has'],
  ['a'.repeat(257), 'more than 256'],
  ['!v*', 'before those that are excluded'],
  ['/v', 'has to end with'],
  ['/(v/', 'cannot be used'],
  ['/(?=v)v/', 'cannot be used'],
  ['/(v)\\1/', 'cannot be used'],
  ['/(((a{99}){99}){99})/', 'repeats too much'],
  [`/${'a'.repeat(300)}/`, 'at most 256'],
])('%s is refused', (pattern, why) => {
  expect(refusalOf(pattern)).toContain(why)
})

test('a rule has at most a hundred patterns', () => {
  expect(refusalOf(...Array.from({ length: 101 }, (_, n) => `t${n}`))).toContain('100 patterns')
})

/** By trying everything that a star may stand for. */
function isMatch(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  const rest = pattern.slice(1)
  if (pattern.startsWith('*')) {
    return isMatch(rest, name) || (name !== '' && isMatch(pattern, name.slice(1)))
  }
  return name !== '' && pattern[0] === name[0] && isMatch(rest, name.slice(1))
}

test('a glob of texts and stars matches what trying everything matches', () => {
  const text = (letters: string, maxLength: number) =>
    fc.array(fc.constantFrom(...letters.split('')), { maxLength }).map((chars) => chars.join(''))
  fc.assert(
    fc.property(text('ab*', 7), text('ab', 9), (pattern, name) => {
      const glob = parseGlob(pattern)
      if (!glob.ok) return
      if (glob.value.kind !== 'texts') throw new Error('an expression')
      expect(matchesTexts(glob.value.texts, name)).toBe(isMatch(pattern, name))
    }),
    { numRuns: 2000, seed: 38 },
  )
})

test('patterns that make others try for ever only look once', () => {
  const name = 'a'.repeat(128)
  const stars = `${'*a'.repeat(60)}*b`
  // A backtracking matcher would not end.
  expect(matching([stars, '/(a*)*b/', '/(a|a)+b/', `/${'a*'.repeat(40)}b/`], [name])).toEqual([])
})
