import { describe, expect, test } from 'vitest'
import { checkExpectations } from './expectations.ts'
import { parseRetentionPolicy } from './parse-policy.ts'
import { maximumPolicyCharacters } from './policy-text.ts'
import { ruleInWords } from './rule-in-words.ts'

const example = `rules:
  - protect: { tags: [stable, 'v*.*.*'] }
  - keep:    { tags: ['*'], newest: 10, by: pushed }
  - remove:  { tags: ['pr-*'], olderThan: 14d }
  - remove:  { untagged: true, olderThan: 24h }
expect:                       # checked when the policy is saved
  - { tag: pr-12, pushed: 20d ago, is: removed }
  - { tag: v1.2.3, is: protected }
`

const parsed = (text: string) => {
  const policy = parseRetentionPolicy(text)
  if (!policy.ok) throw new Error(policy.refusal.message)
  return policy.value
}

const problemsOf = (text: string) => {
  const policy = parseRetentionPolicy(text)
  return policy.ok ? [] : policy.refusal.problems
}

test('the documented example is read, in words, and its expectations hold', () => {
  const policy = parsed(example)
  expect(policy.rules.map((rule) => `${rule.line} ${ruleInWords(rule)}`)).toEqual([
    '2 Protect tags stable, v*.*.*',
    '3 Keep the 10 newest images by push of all tags',
    '4 Remove tags pr-* pushed more than 14 days ago',
    '5 Remove untagged images pushed more than 1 day ago',
  ])
  expect(checkExpectations(policy).map(({ holds }) => holds)).toEqual([true, true])
})

test('JSON is the same policy', () => {
  const json = JSON.stringify({
    rules: [
      { protect: { tags: ['stable', 'v*.*.*'] } },
      { keep: { tags: ['*'], newest: 10, by: 'pushed' } },
      { remove: { tags: 'pr-*', olderThan: '14d' } },
      { remove: { untagged: true, olderThan: '24h' } },
    ],
  })
  const words = (text: string) => parsed(text).rules.map(ruleInWords)
  expect(words(json)).toEqual(words(example))
})

test('every part of a rule is put into words', () => {
  const rule = `{ tags: ['*', '!main'], olderThan: 2w, notPulledFor: 36h, largerThan: 1.5GB, platform: linux/arm64, label: team=x=y, exceptNewest: 1, by: version }`
  expect(parsed(`rules: [{ remove: ${rule} }]`).rules.map(ruleInWords)).toEqual([
    'Remove all tags but main pushed more than 14 days ago not pulled for 36 hours that free more than 1.5 GB for linux/arm64 labelled team=x=y, except the newest image by version of them',
  ])
})

test('what looks like a number stays a text', () => {
  const [rule] = parsed('rules: [{ keep: { tags: [1.10, 010, true, null] } }]').rules
  expect(rule?.selector.tags?.texts).toEqual(['1.10', '010', 'true', 'null'])
})

test('an empty list of rules is a policy', () => {
  expect(parsed('rules: []').rules).toEqual([])
  expect(parsed('rules:\n').rules).toEqual([])
})

describe('a problem has its place', () => {
  test.each<[text: string, place: string, message: string]>([
    ['', '1:1', 'the policy is empty'],
    ['[]', '1:1', 'here belongs one or more of rules, expect'],
    ['expect: []', '1:1', 'a policy has "rules:"'],
    ['rules: x', '1:8', '"rules" is a list'],
    ['rules:\n  - x', '2:5', 'here belongs one or more of protect'],
    ['rules:\n  - { keep: { tags: a }, remove: { tags: b } }', '2:5', 'a rule has one verb'],
    ['rules:\n  - delete: { tags: a }', '2:5', '"delete" is not known here'],
    ['rules:\n  - keep: { tag: a }', '2:13', '"tag" is not known here'],
    ['rules:\n  - remove: { tags: a, newest: 3 }', '2:24', '"newest" is not known here'],
    ['rules:\n  - keep: { tags: a, exceptNewest: 3 }', '2:22', 'not known here'],
    ['rules:\n  - protect: { tags: a, olderThan: 1d }', '2:25', 'not known here'],
    ['rules:\n  - keep: { tags: a, untagged: true }', '2:11', 'say which images'],
    ['rules:\n  - keep: { untagged: false }', '2:23', 'only "untagged: true"'],
    ['rules:\n  - keep: { tags: a, olderThan: 0d }', '2:33', 'is no time'],
    ['rules:\n  - keep: { tags: a, olderThan: 1y }', '2:33', 'is no time'],
    ['rules:\n  - keep: { tags: a, largerThan: big }', '2:34', 'is no size'],
    ['rules:\n  - keep: { tags: a, platform: arm64 }', '2:32', 'a platform is written'],
    ['rules:\n  - keep: { tags: a, label: x }', '2:29', 'a label is written'],
    ['rules:\n  - keep: { tags: a, newest: 0 }', '2:30', 'how many images'],
    ['rules:\n  - keep: { tags: a, newest: 1.5 }', '2:30', 'how many images'],
    ['rules:\n  - keep: { tags: a, newest: 1, by: name }', '2:37', '"by" is one of'],
    ['rules:\n  - keep: { tags: a, by: pushed }', '2:26', '"by" belongs to'],
    ['rules:\n  - keep: { tags: [[a]] }', '2:20', 'a single value'],
    ['rules:\n  - keep: { tags: a }\nrules: []', '3:1', '"rules" is there twice'],
    ['rules: []\nexpect:\n  - { tag: a }', '3:5', 'say what is expected'],
    ['rules: []\nexpect:\n  - { tag: a, is: gone }', '3:19', 'say what is expected'],
    ['rules: []\nexpect:\n  - { is: kept }', '3:5', 'about one image'],
    ['rules: []\nexpect:\n  - { tag: a, pushed: x, is: kept }', '3:23', 'is no time'],
    ['rules: [', '1:9', ''],
    ['rules:\n\t- keep', '2:1', ''],
  ])('%j', (text, place, message) => {
    const [first] = problemsOf(text)
    expect(`${first?.line}:${first?.column}`).toBe(place)
    expect(first?.message).toContain(message)
  })

  test('and all of them are told at once', () => {
    const text = 'rules:\n  - keep: { tags: "[" }\n  - drop: {}\n  - keep: { tags: a, newest: x }'
    expect(problemsOf(text).map(({ line }) => line)).toEqual([2, 3, 3, 4])
  })
})

describe('text that means more than it says is refused before it is read', () => {
  test.each<[what: string, text: string, message: string]>([
    ['an anchor', 'rules: &a []', 'anchors are not used here'],
    ['an alias', 'rules: *a', 'aliases are not used here'],
    ['an unquoted star', 'rules:\n  - keep: { tags: [*] }', "needs quotes: '*'"],
    ['an unquoted exclusion', 'rules:\n  - keep: { tags: [a, !b] }', "needs quotes: '!v*'"],
    ['a tag', 'rules: !!set {}', 'tags of YAML are not used here'],
    ['a directive', '%YAML 1.2\n---\nrules: []', 'directives of YAML'],
    ['a block of text', 'rules: |\n  x', 'texts of several lines'],
    ['two documents', 'rules: []\n---\nrules: []', ''],
    ['brackets', `rules: ${'['.repeat(100_000)}`, 'too deep'],
    ['braces in lines', 'rules:\n'.concat('{ a: # }\n'.repeat(9000)), 'too deep'],
    ['dashes', `rules:\n${'- '.repeat(9)}a`, 'too deep'],
    ['questions', '? '.repeat(50_000), 'too deep'],
    ['spaces', `rules:\n${' '.repeat(50)}- a`, 'at most 40 spaces'],
    ['very many parts', 'a: b\n'.repeat(26_000), 'not so many parts'],
    ['a long text', ' '.repeat(maximumPolicyCharacters + 1), 'at most 128 KiB'],
  ])('%s', (_what, text, message) => {
    const problems = problemsOf(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(message)
  })

  test('a billion laughs', () => {
    const lines = ['a: &a [x, x]', 'b: &b [*a, *a]', 'rules: [*b]']
    expect(problemsOf(lines.join('\n'))).toEqual([
      { line: 1, column: 4, message: expect.stringContaining('anchors') },
    ])
  })
})

test('at most a thousand rules', () => {
  const rules = (count: number) => `rules:\n${'  - keep: { tags: a }\n'.repeat(count)}`
  expect(parsed(rules(1000)).rules).toHaveLength(1000)
  expect(problemsOf(rules(1001))[0]?.message).toContain('at most 1000 lines')
})

test('expectations say what the rules do instead', () => {
  const policy = parsed(`rules:
  - keep: { tags: ['*'], newest: 2 }
  - remove: { tags: ['pr-*'], notPulledFor: 30d }
  - remove: { untagged: true, olderThan: 1d }
expect:
  - { tag: pr-1, pushed: 90d ago, is: removed }
  - { tag: pr-1, pushed: 90d ago, newest: true, is: removed }
  - { tag: pr-1, pushed: 90d ago, pulled: 2d ago, is: removed }
  - { tag: dev, is: unmatched }
  - { untagged: true, pushed: 2d ago, is: removed }
  - { untagged: true, is: removed }`)
  expect(
    checkExpectations(policy).map(({ expectation, verdict, rule, holds }) => [
      expectation.line,
      verdict,
      rule?.line,
      holds,
    ]),
  ).toEqual([
    [6, 'removed', 3, true],
    [7, 'kept', 2, false],
    [8, 'unmatched', undefined, false],
    [9, 'unmatched', undefined, true],
    [10, 'removed', 4, true],
    [11, 'unmatched', undefined, false],
  ])
})
