import { evaluateNow, imagesOf, policyOf } from '#testing/builders/retention-facts.ts'
import { expect, test } from 'vitest'
import { describeRule } from './rule-in-words.ts'
import { reasonInWords } from './verdict-in-words.ts'

test('each verdict says why', async () => {
  const policy = policyOf(`keep: { tags: [main] }`, `remove: { tags: ['pr-*'], olderThan: 7d }`)
  const images = imagesOf({
    A: { tags: ['main'] },
    B: { tags: ['pr-1'] },
    C: { tags: ['dev'] },
    D: {},
    E: { tags: ['pr-2'] },
    F: { tags: ['sbom'], attachedTo: ['E'] },
  })
  const { verdicts } = await evaluateNow(policy, images)
  expect(
    verdicts.map(({ rule, ...verdict }) => [
      verdict.tag,
      reasonInWords({ ...verdict, rule: rule && describeRule(rule) }),
    ]),
  ).toEqual([
    ['main', 'Keep tags main (line 2)'],
    ['pr-1', 'Remove tags pr-* pushed more than 7 days ago (line 3)'],
    ['dev', 'No rule is about this tag, so it is kept'],
    [null, 'No rule is about this image, so it is kept'],
    ['pr-2', 'It hangs together with sbom, which stays'],
    ['sbom', 'No rule is about this tag, so it is kept'],
  ])
})
