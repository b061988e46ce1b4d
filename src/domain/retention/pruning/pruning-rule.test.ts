import { describe, expect, test } from 'vitest'
import { parseRetentionPolicy } from '../parse-policy.ts'
import { withoutRule } from '../editing/change-rules.ts'
import { idOnLine, withRule } from './policy-with-rule.ts'
import { parsePruningRules, pruningRulesOf, type PruningRule } from './pruning-rule.ts'

const tag = (operator: string, ...values: string[]): PruningRule => ({
  field: 'tag',
  operator,
  values,
})
const before = (...values: string[]) => ({ field: 'updated_at', operator: 'before', values })

const selector = (...rules: PruningRule[]) => {
  const parsed = parsePruningRules(rules)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

const refusal = (...rules: PruningRule[]) => {
  const parsed = parsePruningRules(rules)
  return parsed.ok ? null : parsed.refusal
}

const ruleOf = (text: string) => {
  const parsed = parseRetentionPolicy(text)
  const [rule] = parsed.ok ? parsed.value.rules : []
  if (rule === undefined) throw new Error(`no rule: ${text}`)
  return rule
}

describe('the conditions of a pruning policy', () => {
  test.each([
    ['equals', [tag('eq', 'v1')], ['v1']],
    ['one of', [tag('oo', 'a', 'b')], ['a', 'b']],
    ['starts with', [tag('sw', 'pr-')], ['pr-*']],
    ['ends with', [tag('ew', '-rc')], ['*-rc']],
    ['contains', [tag('c', 'tmp')], ['*tmp*']],
    ['in words', [tag('starts with', 'pr-')], ['pr-*']],
    ['an expression', [tag('matches', '^v[0-9|]+$')], ['/v[0-9|]+/']],
    ['alternatives', [tag('matches', '^(?:a|b)$')], ['/(?:a|b)/']],
    ['not equals', [tag('neq', 'stable')], ['*', '!stable']],
    ['not one of', [tag('sw', 'v'), tag('noo', 'v1', 'v2')], ['v*', '!v1', '!v2']],
  ])('%s', (_, rules, tags) => {
    expect(selector(...rules)).toEqual({ tags, olderThan: null })
  })

  test('an age is that of the push', () => {
    expect(selector(tag('sw', 'pr-'), before('14d'))).toEqual({ tags: ['pr-*'], olderThan: '14d' })
    expect(selector(before('12h'))).toEqual({ tags: ['*'], olderThan: '12h' })
  })

  test.each([
    [[], 'without a condition it would remove every tag'],
    [[{ field: 'component', operator: 'eq', values: ['bash'] }], 'images are not scanned here'],
    [[{ field: 'vulnerability_critical', operator: 'gt', values: ['0'] }], 'not scanned here'],
    [[{ field: 'license.name', operator: 'eq', values: ['MIT'] }], 'not scanned here'],
    [[{ field: 'pulled_at', operator: 'before', values: ['1d'] }], 'use tag or updated_at'],
    [[tag('gt', 'v1')], '"gt" is not known here of tags'],
    [[tag('constructor', 'v1')], '"constructor" is not known here of tags'],
    [[tag('eq')], 'it has no values'],
    [[tag('sw', 'a', 'b')], 'sw has one value'],
    [[tag('neq', 'a', 'b')], 'neq has one value'],
    [[tag('eq', 'a*')], 'no tag has "a*" in its name'],
    [[tag('sw', 'a'), tag('ew', 'b')], 'two conditions that choose tags'],
    [[tag('matches', 'v1')], 'where a tag begins and ends'],
    [[tag('matches', '^a|b$')], 'where a tag begins and ends'],
    [[tag('matches', '^(?:a)|(?:b)$')], 'where a tag begins and ends'],
    [[tag('matches', '^a\\$')], 'where a tag begins and ends'],
    [[{ ...before('1d'), operator: 'after' }], 'has the operator "before" here'],
    [[before('2026-01-01')], 'write hours, days or weeks'],
    [[before('1d'), before('2d')], 'updated_at is there twice'],
  ])('%j is refused', (rules, message) => {
    expect(refusal(...rules)?.message).toContain(message)
  })

  test('a refusal says which condition it is about', () => {
    expect(refusal(tag('eq', 'a'), tag('gt', 'b'))?.at).toBe(1)
  })
})

describe('a rule of ours as conditions', () => {
  test.each([
    [tag('eq', 'v1')],
    [tag('oo', 'a', 'b')],
    [tag('sw', 'pr-'), before('14d')],
    [tag('ew', '-rc')],
    [tag('c', 'tmp'), tag('noo', 'tmp1', 'tmp2')],
    [tag('matches', '^v[0-9]+$')],
    [tag('noo', 'stable'), before('12h')],
    [before('30d')],
  ])('%j comes back as it was', (...rules) => {
    const written = withRule(null, null, { selector: selector(...rules), id: 'x' })
    expect(written.ok && pruningRulesOf(ruleOf(written.value))).toEqual(rules)
  })

  test('alternatives of an expression of ours are put together', () => {
    const rule = ruleOf("rules: [{ remove: { tags: ['/a|b/'] } }]")
    expect(pruningRulesOf(rule)).toEqual([tag('matches', '^(?:a|b)$')])
  })

  test.each([
    "{ keep: { tags: ['v1'] } }",
    "{ remove: { tags: ['*'] } }",
    "{ remove: { tags: ['a-*-b'] } }",
    "{ remove: { tags: ['a*', b] } }",
    "{ remove: { tags: ['a', '!b*'] } }",
    '{ remove: { untagged: true, olderThan: 1d } }',
    "{ remove: { tags: ['*'], exceptNewest: 3 } }",
    '{ remove: { tags: [a], notPulledFor: 3d } }',
    '{ remove: { tags: [a], largerThan: 1GB } }',
    '{ remove: { tags: [a], platform: linux/arm64 } }',
    '{ remove: { tags: [a], label: a=b } }',
  ])('%s has no counterpart', (rule) => {
    expect(pruningRulesOf(ruleOf(`rules: [${rule}]`))).toBeNull()
  })
})

describe('the text of a policy', () => {
  const added = { selector: { tags: ['*', '!1.10'], olderThan: '14d' }, id: 'abc' }

  test('keeps what people wrote around the rule', () => {
    const text = `# ours\nrules:\n  - keep: { tags: ['v*'], newest: 10 } # the newest\n  # and\n  - remove: { tags: [a] }\nexpect:\n  - { tag: a, is: removed }\n`
    const written = withRule(text, null, added)
    if (!written.ok) throw new Error(written.refusal.message)
    const lines = written.value.split('\n')
    for (const kept of ['# ours', 'the newest', '  # and', '- { tag: a, is: removed }']) {
      expect(written.value).toContain(kept)
    }
    const line = lines.findIndex((one) => one.includes('# pruning policy abc')) + 1
    expect(idOnLine(written.value, line)).toBe('abc')
    expect(ruleOf(`rules:\n${lines[line - 1]}`).selector.tags?.texts).toEqual(['*', '!1.10'])
    const removed = withoutRule(written.value, 2)
    expect(removed.ok && removed.value).toBe(
      text.replace("['v*']", "[ 'v*' ]").replace('[a]', '[ a ]'),
    )
  })

  test('may be JSON, or have no rules', () => {
    for (const text of ['{"rules":[{"keep":{"tags":["a"]}}],"expect":[]}', 'rules: []', null]) {
      const written = withRule(text, null, added)
      const parsed = written.ok ? parseRetentionPolicy(written.value) : written
      expect(parsed.ok && parsed.value.rules.at(-1)?.verb).toBe('remove')
    }
    const none = withoutRule('rules: [{ keep: { tags: [a] } }]', 0)
    expect(none.ok && none.value).toBe('rules: []\n')
  })

  test('without a list of rules is refused', () => {
    expect(withRule('- a', null, added).ok).toBe(false)
  })
})
