import type { Explanation } from '#gc/explain/explain.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { digestOf } from '#domain/values/digest.ts'
import { expect, test } from 'vitest'
import { createExplanations, type Explain } from './explanations.ts'

const one = digestOf('sha256', '1'.repeat(64))
const other = digestOf('sha256', '2'.repeat(64))
const absent: Explanation = { kind: 'absent' }

function createLooks() {
  const looks: { finish: (explain: Explain) => void; fail: (error: Error) => void }[] = []
  const explanations = createExplanations(
    () => new Promise((resolve, reject) => looks.push({ finish: resolve, fail: reject })),
  )
  return { looks, explanations }
}

test('concurrent questions share one look at the store', async () => {
  const { looks, explanations } = createLooks()
  const asked = [one, other, one].map((digest) =>
    explanations.explainDigest(digest, defaultCollectionPolicy),
  )
  expect(looks).toHaveLength(1)
  const answered: string[] = []
  looks[0]?.finish(async (digest) => {
    answered.push(digest)
    return absent
  })
  expect(await Promise.all(asked)).toEqual([absent, absent, absent])
  expect(answered).toEqual([one, other, one])
})

test('a question looks again after a change, under another policy, and after an answer', async () => {
  const { looks, explanations } = createLooks()
  const first = explanations.explainDigest(one, defaultCollectionPolicy)
  void explanations.explainDigest(one, { ...defaultCollectionPolicy, collectUntagged: true })
  expect(looks).toHaveLength(2)
  explanations.registryChanged()
  void explanations.explainDigest(one, defaultCollectionPolicy)
  expect(looks).toHaveLength(3)
  looks[0]?.finish(async () => absent)
  await first
  explanations.registryChanged()
  void explanations.explainDigest(one, defaultCollectionPolicy)
  expect(looks).toHaveLength(4)
})

test('a look that fails rejects all that wait for it, but not the next', async () => {
  const { looks, explanations } = createLooks()
  const asked = [one, other].map((digest) =>
    explanations.explainDigest(digest, defaultCollectionPolicy),
  )
  looks[0]?.fail(new Error('EIO'))
  for (const question of asked) await expect(question).rejects.toThrow('EIO')
  const next = explanations.explainDigest(one, defaultCollectionPolicy)
  looks[1]?.finish(async () => absent)
  expect(await next).toEqual(absent)
})
