import { dayMs, goingOf, nowMs, verdictsOf } from '#testing/builders/retention-facts.ts'
import { describe, expect, test } from 'vitest'
import { parseRetentionPolicy } from './parse-policy.ts'

/**
 * What users of other registries fell into, and what happens here instead. In each, a plain reading
 * of the rules must not take an image that somebody needs.
 */

const old = { pushedDaysAgo: 400 }
const refusalOf = (rule: string): string => {
  const parsed = parseRetentionPolicy(`rules:\n  - ${rule}`)
  return parsed.ok ? 'accepted' : parsed.refusal.message
}

describe('the time of the last pull', () => {
  const rules = [`remove: { tags: ['*'], notPulledFor: 30d }`]

  test('that a scanner renews only keeps an image longer', async () => {
    const images = { A: { tags: ['a'], ...old, pulledDaysAgo: 0 }, B: { tags: ['b'], ...old } }
    const verdicts = await verdictsOf(rules, images, { pullsSinceMs: nowMs - 60 * dayMs })
    expect(verdicts).toEqual({ a: 'unmatched', b: 'removed' })
  })

  test('of a digest counts for every tag that shows it', async () => {
    const images = { A: { tags: ['1.0', 'alias'], ...old, pulledDaysAgo: 3 } }
    const verdicts = await verdictsOf(rules, images, { pullsSinceMs: nowMs - 60 * dayMs })
    expect(verdicts).toEqual({ '1.0': 'unmatched', alias: 'unmatched' })
  })

  test('is not taken for "never" while pulls have not been recorded that long', async () => {
    const images = { A: { tags: ['a'], ...old } }
    expect(await verdictsOf(rules, images)).toEqual({ a: 'unmatched' })
    const since = (days: number) => ({ pullsSinceMs: nowMs - days * dayMs })
    expect(await verdictsOf(rules, images, since(29))).toEqual({ a: 'unmatched' })
    expect(await verdictsOf(rules, images, since(30))).toEqual({ a: 'removed' })
  })

  test('left empty by the first pull is the time of the push', async () => {
    const images = { A: { tags: ['a'], pushedDaysAgo: 2 } }
    const verdicts = await verdictsOf(rules, images, { pullsSinceMs: nowMs - 90 * dayMs })
    expect(verdicts).toEqual({ a: 'unmatched' })
  })
})

test('one time of push for all images, as an upgrade leaves, removes none by count', async () => {
  const images = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`I${n}`, { tags: [`t${n}`], ...old }]),
  )
  const rules = [`remove: { tags: ['*'], exceptNewest: 5 }`]
  expect(await goingOf(rules, images)).toEqual([])
})

describe('"keep the newest"', () => {
  test('counts images, not tags, so that aliases use up nothing', async () => {
    const aliases = Array.from({ length: 9 }, (_, n) => `nightly-${n}`)
    const images = {
      A: { tags: ['3.0', 'latest', ...aliases], pushedDaysAgo: 1 },
      B: { tags: ['2.0'], pushedDaysAgo: 2 },
      C: { tags: ['1.0'], pushedDaysAgo: 3 },
    }
    const rules = [`keep: { tags: ['*'], newest: 2 }`, `remove: { tags: ['*'] }`]
    expect(await goingOf(rules, images)).toEqual(['C'])
  })

  test('never orders a repository by names, nor takes what has no time', async () => {
    const images = {
      A: { tags: ['zz'], pushedDaysAgo: 9 },
      B: { tags: ['aa'], pushedDaysAgo: 1 },
      C: { tags: ['unknown'], pushedDaysAgo: null },
    }
    const rules = [`keep: { tags: ['*'], newest: 1 }`, `remove: { tags: ['*'] }`]
    expect(await goingOf(rules, images)).toEqual(['A'])
  })

  test('can be limited to an age', async () => {
    const images = {
      A: { tags: ['a'], pushedDaysAgo: 1 },
      B: { tags: ['b'], pushedDaysAgo: 3 },
      C: { tags: ['c'], pushedDaysAgo: 9 },
      D: { tags: ['d'], pushedDaysAgo: 20 },
    }
    const rules = [
      `remove: { tags: ['*'], exceptNewest: 3 }`,
      `remove: { tags: ['*'], olderThan: 100h }`,
    ]
    expect(await goingOf(rules, images)).toEqual(['C', 'D'])
  })

  test('keeps releases however many candidates follow them', async () => {
    const images = {
      A: { tags: ['v1.0.0'], ...old },
      B: { tags: ['v2.0.0-rc.1'] },
      C: { tags: ['v2.0.0-rc.2'] },
    }
    const rules = [`keep: { tags: ['*'], newest: 1, by: version }`, `remove: { tags: ['*'] }`]
    expect(await goingOf(rules, images)).toEqual(['B', 'C'])
  })
})

test('an exclusion only narrows its own rule: untagged images stay removable', async () => {
  const images = { A: { tags: ['main'], ...old }, U: { ...old } }
  const rules = [
    `remove: { tags: ['*', '!main'], olderThan: 1d }`,
    `remove: { untagged: true, olderThan: 1d }`,
  ]
  expect(await verdictsOf(rules, images)).toEqual({ main: 'unmatched', U: 'removed' })
})

test('a rule about one alias leaves the image to the other', async () => {
  const images = { A: { tags: ['sha-4f2a', 'v1.2.3'], ...old } }
  const rules = [`remove: { tags: ['sha-*'] }`]
  expect(await verdictsOf(rules, images)).toEqual({ 'sha-4f2a': 'removed', 'v1.2.3': 'unmatched' })
  expect(await goingOf(rules, images)).toEqual([])
})

test('a pattern that no tag can match is refused, and none matches more than it says', async () => {
  expect(refusalOf(`remove: { tags: ['sha256:'] }`)).toContain('has ":", which no tag has')
  expect(refusalOf(`remove: { tags: ['team/app'] }`)).toContain('which no tag has')
  expect(refusalOf(`remove: { olderThan: 1d }`)).toContain('say which images are meant')
  const images = { A: { tags: ['sha256'], ...old }, B: { tags: ['sha256-abc'], ...old } }
  expect(await goingOf([`remove: { tags: ['sha256'] }`], images)).toEqual(['A'])
})

test('a keep rule protects wherever it stands', async () => {
  const rules = [`remove: { tags: ['*'] }`, `keep: { tags: ['main'] }`]
  const images = { A: { tags: ['main'], ...old }, B: { tags: ['dev'], ...old } }
  expect(await verdictsOf(rules, images)).toEqual({ main: 'kept', dev: 'removed' })
  expect(await verdictsOf(rules.toReversed(), images)).toEqual({ main: 'kept', dev: 'removed' })
})

test('what no rule is about is kept', async () => {
  const images = { A: { tags: ['a'], ...old }, U: { ...old } }
  expect(await verdictsOf([`keep: { tags: ['b*'] }`], images)).toEqual({
    a: 'unmatched',
    U: 'unmatched',
  })
  expect(await goingOf([], images)).toEqual([])
})

test('platforms of an index that stays are not untagged images', async () => {
  const images = {
    I: { tags: ['v1'], ...old },
    P: { ...old, listedBy: ['I'] },
    S: { ...old, attachedTo: ['P'] },
  }
  const rules = [`remove: { untagged: true, olderThan: 1d }`]
  expect(await goingOf(rules, images)).toEqual([])
  expect(await goingOf([`remove: { tags: ['v1'] }`], images)).toEqual(['I', 'P', 'S'])
})

test('an image stays while what is attached to it has a tag that stays', async () => {
  const images = {
    A: { tags: ['pr-1'], ...old },
    S: { tags: ['sbom-1'], ...old, attachedTo: ['A'] },
  }
  expect(await verdictsOf([`remove: { tags: ['pr-*'] }`], images)).toEqual({
    'pr-1': 'kept',
    'sbom-1': 'unmatched',
  })
  expect(await goingOf([`remove: { tags: ['*'] }`], images)).toEqual(['A', 'S'])
})

test('a signature under a tag of its own name stays with its image', async () => {
  const images = {
    A: { tags: ['v1'], pushedDaysAgo: 1 },
    S: { tags: ['sha256-aa.sig'], ...old, attaches: true, attachedTo: ['A'] },
  }
  const rules = [`remove: { tags: ['*'], olderThan: 30d }`]
  expect(await goingOf(rules, images)).toEqual([])
  const older = { ...images, A: { tags: ['v1'], ...old } }
  expect(await goingOf(rules, older)).toEqual(['A', 'S'])
})

test('a size of what others share is not mistaken for bytes that are freed', async () => {
  const images = { A: { tags: ['a'], freedBytes: 10 }, B: { tags: ['b'], freedBytes: 2_000_000 } }
  expect(await goingOf([`remove: { tags: ['*'], largerThan: 1MB }`], images)).toEqual(['B'])
})

test('a clock that was ahead neither makes an image old nor displaces the newest', async () => {
  const images = {
    F: { tags: ['future'], pushedDaysAgo: -900 },
    A: { tags: ['a'], pushedDaysAgo: 1 },
    B: { tags: ['b'], pushedDaysAgo: 2 },
  }
  const rules = [`keep: { tags: ['*'], newest: 1 }`, `remove: { tags: ['*'] }`]
  expect(await goingOf(rules, images)).toEqual(['B'])
  expect(await goingOf([`remove: { tags: ['*'], olderThan: 1d }`], images)).toEqual(['A', 'B'])
  const keepsOld = [`keep: { tags: ['*'], olderThan: 30d }`, `remove: { tags: ['*'] }`]
  expect(await goingOf(keepsOld, images)).toEqual(['A', 'B'])
})

test('minutes are not mistaken for months', () => {
  expect(refusalOf(`remove: { tags: ['*'], olderThan: 6m }`)).toContain('hours, days or weeks')
})
