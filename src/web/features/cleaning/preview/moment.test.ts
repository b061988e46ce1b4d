import { expect, it } from 'vitest'
import { inThirtyDays, momentOf, supposition } from './moment.ts'

const madeAt = '2026-11-22T01:00:00.000Z'

it('tells the moments apart, however much two clocks differ', () => {
  expect(momentOf({ at: madeAt, madeAt })).toBe('now')
  expect(momentOf({ at: inThirtyDays(Date.parse(madeAt) + 120_000), madeAt })).toBe('soon')
  expect(momentOf({ at: '2026-12-20T00:00:00.000Z', madeAt })).toBe('day')
  expect(momentOf({ at: '2026-11-01T00:00:00.000Z', madeAt })).toBe('day')
})

it('says what a preview for later or earlier supposes, and nothing of now', () => {
  expect(supposition({ at: madeAt, madeAt })).toBeNull()
  const later = supposition({ at: '2027-01-01T12:00:00.000Z', madeAt })
  expect(later).toMatch(/^As on Fri 1 Jan 2027, \d\d:\d\d .*, if nothing is pushed, pulled, moved/)
  const earlier = supposition({ at: '2026-10-01T12:00:00.000Z', madeAt })
  expect(earlier).toMatch(/^As on Thu 1 Oct 2026, .*, of what is stored today/)
  expect(earlier).toContain('Pushes and pulls since then count as not known')
})
