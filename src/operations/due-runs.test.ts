import { parseSchedule } from '#domain/schedule/cron-expression.ts'
import { expect, test } from 'vitest'
import { findDue, type DueRuns } from './due-runs.ts'

const parsed = parseSchedule('* * *')
const hourly = parsed.ok ? parsed.value : null
const at = (time: string) => Date.parse(`2026-01-31T${time}Z`)

test.each<[string, string | null, string, Partial<DueRuns>]>([
  ['never looked before', null, '12:00:05', {}],
  ['nothing between', '11:00:00', '11:59:59', {}],
  ['due this moment', '11:59:55', '12:00:00', { freshMs: at('12:00:00') }],
  ['due a moment ago', '11:59:55', '12:00:05', { freshMs: at('12:00:00') }],
  ['seen already', '12:00:00', '12:00:05', {}],
  ['due a minute ago, and so missed', '11:59:00', '12:01:00', { missedMs: [at('12:00:00')] }],
  ['just fresh enough', '11:59:00', '12:00:59.999', { freshMs: at('12:00:00') }],
  [
    'down for some hours, back on the hour',
    '09:30:00',
    '12:00:10',
    { missedMs: [at('10:00:00'), at('11:00:00')], freshMs: at('12:00:00') },
  ],
  ['clock set back a little', '12:00:05', '11:59:55', { seenMs: at('12:00:05') }],
  ['standing still', '12:00:05', '12:00:05', { seenMs: at('12:00:05') }],
])('%s', (_, seen, now, expected) => {
  expect(findDue(hourly, seen === null ? null : at(seen), at(now))).toEqual({
    freshMs: null,
    missedMs: [],
    seenMs: at(now),
    clockWentBack: false,
    ...expected,
  })
})

test('a clock that had been wrong by years does not stop the schedule for years', () => {
  const nowMs = at('12:00:00')
  expect(findDue(hourly, nowMs + 365 * 24 * 3_600_000, nowMs)).toEqual({
    freshMs: null,
    missedMs: [],
    seenMs: nowMs,
    clockWentBack: true,
  })
})

test('years without a server are not counted to the last hour', () => {
  const nowMs = at('12:30:00')
  const { missedMs, freshMs } = findDue(hourly, nowMs - 3 * 365 * 24 * 3_600_000, nowMs)
  expect(missedMs).toHaveLength(100)
  expect(freshMs).toBeNull()
})

test('without a schedule nothing is due', () => {
  expect(findDue(null, at('09:00:00'), at('12:00:00'))).toMatchObject({
    freshMs: null,
    missedMs: [],
    seenMs: at('12:00:00'),
  })
})
