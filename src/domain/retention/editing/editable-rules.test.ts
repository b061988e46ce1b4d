import { describe, expect, test } from 'vitest'
import { parseRetentionPolicy } from '../parse-policy.ts'
import { withoutRule } from './change-rules.ts'
import { editableRules, isKnownTo, withFields, withNewRule, withVerb } from './editable-rules.ts'

const text = `# ours
rules:
  - protect: { tags: [stable, 'v*.*.*'] } # what runs
  # the newest
  - keep: { tags: ['*'], newest: 10, by: pushed }
  - remove:
      tags: [pr-*]
      olderThan: 14d
expect:
  - { tag: v1.2.3, is: protected }
`

function rulesOf(policy: string) {
  const parsed = parseRetentionPolicy(policy)
  const rules = editableRules(policy, parsed.ok ? [] : parsed.refusal.problems)
  if (!rules.ok) throw new Error(rules.refusal.message)
  return rules.value
}

function value(result: ReturnType<typeof withVerb>): string {
  if (!result.ok) throw new Error(result.refusal.message)
  return result.value
}

describe('rules as a form shows them', () => {
  test('have their fields as texts', () => {
    expect(rulesOf(text)).toEqual([
      { at: 0, line: 3, verb: 'protect', fields: { tags: 'stable v*.*.*' }, problems: [] },
      {
        at: 1,
        line: 5,
        verb: 'keep',
        fields: { tags: '*', newest: '10', by: 'pushed' },
        problems: [],
      },
      {
        at: 2,
        line: 6,
        verb: 'remove',
        fields: { tags: 'pr-*', olderThan: '14d' },
        problems: [],
      },
    ])
  })

  test.each([
    ['{ remove: { tags: [a], olderThan: 30 days } }', 'olderThan', 'is no time'],
    ['{ remove: { tags: ["/(/"] } }', 'tags', 'cannot be used'],
    ['{ remove: { tags: [a, ""] } }', 'tags', 'a single value'],
    ['{ keep: { tags: [a], newest: 0 } }', 'newest', 'from 1 to'],
    ['{ keep: { tags: [a], by: size, newest: 1 } }', 'by', 'is one of'],
    ['{ remove: { tags: [a], label: x } }', 'label', 'key=value'],
    ['{ remove: { tags: [a], newest: 3 } }', 'newest', 'is not known here'],
    ['{ remove: {} }', null, 'say which images are meant'],
  ])('%s has its problem at the field', (rule, field, message) => {
    const [found] = rulesOf(`rules: [${rule}]`)
    expect(found?.problems).toEqual([{ field, message: expect.stringContaining(message) }])
  })

  test.each([
    '{ remvoe: { tags: [a] } }',
    '{ keep: { tags: [a] }, remove: { tags: [b] } }',
    '{ remove: { tags: [[a]] } }',
    '{ remove: { tag: a } }',
    'remove',
  ])('%s is no rule that a form can show', (rule) => {
    expect(rulesOf(`rules: [${rule}]`)[0]?.verb).toBeNull()
  })

  test('are none in a draft without anything in it, and in one that is no policy', () => {
    expect(rulesOf('')).toEqual([])
    expect(rulesOf('- a')).toEqual([])
    expect(editableRules('rules: [', []).ok).toBe(false)
  })
})

describe('what a form writes', () => {
  test('changes its field, and nothing that a person wrote around it', () => {
    expect(value(withFields(text, 2, { olderThan: '3d', tags: 'pr-* {a,b} !pr-1' }))).toBe(
      text
        .replace('14d', '3d')
        .replace('[pr-*]', "[ pr-*, '{a,b}', '!pr-1' ]")
        .replace("[stable, 'v*.*.*']", "[ stable, 'v*.*.*' ]")
        .replace("['*']", "[ '*' ]"),
    )
  })

  test('leaves out what is empty', () => {
    const written = value(withFields(text, 2, { olderThan: ' ', tags: '', untagged: 'true' }))
    expect(rulesOf(written)[2]?.fields).toEqual({ untagged: 'true' })
  })

  test('is read as it was meant, whatever YAML would make of it', () => {
    for (const tags of ['*', '!a b', '1.10', 'null', '/a{1,2}/', '&a', '- b', 'a#b', '"']) {
      const written = value(withFields('rules: [{ remove: { tags: [x] } }]', 0, { tags }))
      expect(rulesOf(written)[0]?.fields.tags).toBe(tags)
    }
  })

  test('of another verb has what that knows', () => {
    const removed = value(withVerb(text, 1, 'remove'))
    expect(rulesOf(removed)[1]).toMatchObject({
      verb: 'remove',
      fields: { tags: '*', exceptNewest: '10', by: 'pushed' },
    })
    expect(rulesOf(value(withVerb(removed, 1, 'keep')))[1]?.fields).toEqual({
      tags: '*',
      newest: '10',
      by: 'pushed',
    })
    const protecting = value(withVerb(text, 1, 'protect'))
    expect(rulesOf(protecting)[1]).toMatchObject({ fields: { tags: '*' }, problems: [] })
    expect(isKnownTo('protect', 'olderThan')).toBe(false)
  })

  test('is a rule more, or one less', () => {
    for (const draft of ['', 'rules:', 'rules: []', '{"rules":[]}']) {
      const added = value(withNewRule(draft, 'keep'))
      const filled = value(withFields(added, 0, { tags: 'a' }))
      expect(parseRetentionPolicy(filled).ok).toBe(true)
      expect(value(withoutRule(filled, 0)).trim()).toMatch(/^"?rules"?: \[\]$/)
    }
    const more = value(withNewRule(text, 'remove'))
    expect(more).toContain('# what runs')
    expect(more).toContain('# the newest')
    expect(rulesOf(more)).toHaveLength(4)
  })
})
