import { expect, test } from 'vitest'
import { readDraft } from './policy-draft.ts'
import { policyTemplates } from './templates.ts'

test.each(policyTemplates.map(({ title, text }) => [title, text] as const))(
  '“%s” can be saved as it is, and says itself what it does',
  (_, text) => {
    const { problems, expectations, isRight } = readDraft(text)
    expect(problems).toEqual([])
    expect(expectations.length).toBeGreaterThan(0)
    expect(isRight).toBe(true)
  },
)

test('no template removes what has no age', () => {
  for (const { text } of policyTemplates) {
    for (const line of text.split('\n').filter((each) => each.includes('remove:'))) {
      expect(line).toMatch(/olderThan: \d+d/)
    }
  }
})
