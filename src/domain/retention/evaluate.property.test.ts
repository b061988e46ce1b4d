import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dayMs,
  evaluateNow,
  imagesOf,
  nowMs,
  policyOf,
  type ImageSketch,
} from '#testing/builders/retention-facts.ts'
import { matchesParts } from './conditions.ts'
import { evaluate } from './evaluate.ts'
import type { ImageFacts } from './facts.ts'
import type { RetentionPolicy } from './policy.ts'
import type { Evaluation } from './verdict.ts'

const tagNames = ['main', 'dev', 'pr-1', 'pr-2', 'v1.0.0', 'v1.1.0', 'v2.0.0-rc.1', 'sha-1', 'old']

const patterns = fc.constantFrom(`['*']`, `['pr-*']`, `['v*']`, `['*', '!main']`, `['/[a-z]+/']`)
const age = fc.constantFrom('', ', olderThan: 7d', ', notPulledFor: 7d', ', largerThan: 5')
const which = fc.oneof(
  patterns.map((texts) => `tags: ${texts}`),
  fc.constant('untagged: true'),
)
const order = fc.constantFrom('pushed', 'version', 'pulled')
const rule = fc
  .tuple(fc.constantFrom('protect', 'keep', 'remove'), which, patterns, age, order, fc.nat(3))
  .map(([verb, selected, protectedTags, older, by, count]) => {
    if (verb === 'protect') return `protect: { tags: ${protectedTags} }`
    const newest = verb === 'keep' ? 'newest' : 'exceptNewest'
    return `${verb}: { ${selected}${older}${count === 0 ? '' : `, ${newest}: ${count}, by: ${by}`} }`
  })

const days = fc.option(fc.integer({ min: -3, max: 30 }), { nil: null })
const sketch = fc.record<ImageSketch>(
  {
    tags: fc.uniqueArray(fc.constantFrom(...tagNames), { maxLength: 3 }),
    pushedDaysAgo: days,
    pulledDaysAgo: fc.integer({ min: -1, max: 20 }),
    freedBytes: fc.nat(10),
  },
  { requiredKeys: ['tags', 'pushedDaysAgo'] },
)

/** Images of which each may be a platform of, or attached to, ones before it. */
const world = fc
  .array(fc.tuple(sketch, fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 7 })
  .map((sketches) => {
    const taken = new Set<string>()
    return imagesOf(
      Object.fromEntries(
        sketches.map(([one, index, subject], at): [string, ImageSketch] => {
          const tags = (one.tags ?? []).filter((tag) => !taken.has(tag))
          for (const tag of tags) taken.add(tag)
          const listedBy = index < at ? [`I${index}`] : []
          const attachedTo = subject < at ? [`I${subject}`] : []
          return [`I${at}`, { ...one, tags, listedBy, attachedTo }]
        }),
      ),
    )
  })

const around = fc.record({
  nowMs: fc.constant(nowMs),
  pullsSinceMs: fc.constantFrom(null, nowMs - 3 * dayMs, nowMs - 20 * dayMs, nowMs + dayMs),
})
const rules = fc.array(rule, { maxLength: 5 })

const kindsOf = ({ verdicts, going }: Evaluation) => ({
  verdicts: verdicts.map(({ image, tag, kind }) => [image.digest, tag, kind]),
  going: [...going].map(({ digest }) => digest).toSorted(),
})

const runs = { numRuns: 150 }

async function always(
  holds: (
    evaluation: Evaluation,
    policy: RetentionPolicy,
    images: readonly ImageFacts[],
    circumstances: { readonly nowMs: number; readonly pullsSinceMs: number | null },
  ) => void | Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(rules, world, around, async (texts, images, circumstances) => {
      const policy = policyOf(...texts)
      const evaluation = await evaluateNow(policy, images, circumstances)
      await holds(evaluation, policy, images, circumstances)
    }),
    runs,
  )
}

describe('whatever the rules and the images are', () => {
  test('the order of the rules does not matter, and neither does that of the images', () =>
    always(async (evaluation, policy, images, circumstances) => {
      const reversed = { rules: policy.rules.toReversed() }
      expect(kindsOf(await evaluateNow(reversed, images, circumstances))).toEqual(
        kindsOf(evaluation),
      )
      const turned = await evaluateNow(policy, images.toReversed(), circumstances)
      const sorted = (one: Evaluation) => ({
        ...kindsOf(one),
        verdicts: kindsOf(one)
          .verdicts.map((row) => row.join(' '))
          .toSorted(),
      })
      expect(sorted(turned)).toEqual(sorted(evaluation))
    }))

  test('evaluating twice is the same', () =>
    always(async (evaluation, policy, images, circumstances) => {
      expect(await evaluateNow(policy, images, circumstances)).toEqual(evaluation)
    }))

  test('what a rule protects or keeps without counting is not removed', () =>
    always((evaluation, policy, _images, circumstances) => {
      for (const { image, tag, kind } of evaluation.verdicts) {
        const candidate = { image, tag: image.tags.find(({ name }) => name === tag) ?? null }
        for (const { verb, selector } of policy.rules) {
          if (verb === 'remove' || selector.newest !== null) continue
          if (matchesParts(selector, candidate, circumstances) === 'no') continue
          expect(kind).toBe(
            policy.rules.some(
              (other) =>
                other.verb === 'protect' &&
                matchesParts(other.selector, candidate, circumstances) === 'yes',
            )
              ? 'protected'
              : 'kept',
          )
        }
      }
    }))

  test('what no rule matches is not removed, and the rule of a removal is one that matches', () =>
    always((evaluation, _policy, _images, circumstances) => {
      for (const { image, tag, kind, rule: by } of evaluation.verdicts) {
        if (kind !== 'removed') continue
        expect(by?.verb).toBe('remove')
        const candidate = { image, tag: image.tags.find(({ name }) => name === tag) ?? null }
        expect(by && matchesParts(by.selector, candidate, circumstances)).toBe('yes')
      }
    }))

  test('an image goes only with all its tags, and with all that goes with it', () =>
    always(({ verdicts, going }, _policy, images) => {
      const byDigest = new Map(images.map((image) => [image.digest, image]))
      for (const { image, kind } of verdicts)
        if (kind !== 'removed') expect(going).not.toContain(image)
      for (const image of images) {
        const isGoing = going.has(image)
        for (const digest of image.listedBy) {
          const index = byDigest.get(digest)
          // No index that stays loses a platform.
          if (isGoing && index) expect(going).toContain(index)
        }
        for (const digest of image.attachedTo) {
          const subject = byDigest.get(digest)
          if (!subject) continue
          // What is attached stays with its image, and a tag of its own keeps the image.
          if (isGoing) expect(going).toContain(subject)
          const own = verdicts.some((one) => one.image === image && one.kind !== 'removed')
          if (own) expect(going).not.toContain(subject)
        }
      }
    }))

  test('an image of unknown times goes only by a rule without times', () =>
    always(({ verdicts }) => {
      for (const { image, tag, kind, rule: by } of verdicts) {
        const time =
          tag === null ? image.linked : image.tags.find(({ name }) => name === tag)?.pushed
        if (kind !== 'removed' || (time !== null && time !== undefined && time.toMs <= nowMs))
          continue
        expect(by?.selector).toMatchObject({ olderThanMs: null, notPulledForMs: null })
        if (by?.selector.newest) expect(by.selector.newest.by).toBe('version')
      }
    }))

  test('one more image, pushed or kept, never removes what stays otherwise by "keep"', () =>
    always(async (evaluation, policy, images, circumstances) => {
      const withKeep = { rules: [...policy.rules, ...policyOf(`keep: { tags: ['main'] }`).rules] }
      const { going } = await evaluateNow(withKeep, images, circumstances)
      for (const image of going) expect(evaluation.going).toContain(image)
    }))
})

test('pauses often, and never in the middle of little work', async () => {
  let pauses = 0
  const images = imagesOf(
    Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`I${n}`, { tags: [`t${n}`] }])),
  )
  const pause = async () => void (pauses += 1)
  const policy = policyOf(`keep: { tags: ['*'], newest: 9 }`, `remove: { tags: ['*'] }`)
  const { going } = await evaluate(policy, images, { nowMs, pullsSinceMs: null }, pause)
  // All have one time: none is newer than another.
  expect(going.size).toBe(0)
  expect(pauses).toBeGreaterThan(20)
  expect(pauses).toBeLessThan(200)
})
