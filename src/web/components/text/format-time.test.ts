import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatRelativeTime,
  formatShortDate,
  formatUtcTime,
} from './format-time.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('time from now', () => {
  it.each([
    [0, 'just now'],
    [-44_000, 'just now'],
    // A clock that is slightly ahead must not show a time in the future.
    [3_000, 'just now'],
    [30_000, 'in less than a minute'],
    [-minute, '1 minute ago'],
    [-59 * minute, '59 minutes ago'],
    [-hour, '1 hour ago'],
    [6 * hour, 'in 6 hours'],
    [-35 * hour, '35 hours ago'],
    [-36 * hour, '2 days ago'],
    [-59 * day, '59 days ago'],
    [-61 * day, '2 months ago'],
    [800 * day, 'in 2 years'],
  ])('%d ms: %s', (difference, words) => {
    expect(formatRelativeTime(now + difference, now)).toBe(words)
  })
})

it('writes the exact time in UTC', () => {
  expect(formatUtcTime(now + 1234)).toBe('2026-11-23 10:00:01 UTC')
})

it('names the year of a day only where it could be another', () => {
  const noon = new Date(2026, 10, 23, 12).getTime()
  expect(formatShortDate(noon, noon + 90 * day)).toBe('23 Nov')
  expect(formatShortDate(noon, noon + 300 * day)).toBe('23 Nov 2026')
})

describe('a duration', () => {
  it.each([
    [400, 'less than a second'],
    [42_000, '42 s'],
    [3 * minute, '3 min'],
    [3 * minute + 5000, '3 min 5 s'],
    [2 * hour + 10 * minute, '2 h 10 min'],
  ])('%d ms: %s', (durationMs, words) => {
    expect(formatDuration(durationMs)).toBe(words)
  })
})
