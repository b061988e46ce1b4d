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
])('a newly started process: %s', (_, seen, now, expected) => {
  expect(findDue(hourly, seen === null ? null : at(seen), at(now), false)).toEqual({
    freshMs: null,
    missedMs: [],
    seenMs: at(now),
    clockWentBack: false,
    ...expected,
  })
})

test.each<[string, string, string, Partial<DueRuns>]>([
  ['late by a minute', '11:59:00', '12:01:04', { freshMs: at('12:00:00') }],
  ['late by nearly an hour', '11:59:59', '12:59:59', { freshMs: at('12:00:00') }],
  ['seen already', '12:00:00', '12:59:59', {}],
  [
    'held up for hours',
    '09:30:00',
    '12:30:00',
    { missedMs: [at('10:00:00'), at('11:00:00')], freshMs: at('12:00:00') },
  ],
])('a process that runs all the time: %s', (_, seen, now, expected) => {
  expect(findDue(hourly, at(seen), at(now), true)).toEqual({
    freshMs: null,
    missedMs: [],
    seenMs: at(now),
    clockWentBack: false,
    ...expected,
  })
})

test('a run due hours before a process was held up is not missed again', () => {
  const daily = parseSchedule('3')
  const due = findDue(daily.ok ? daily.value : null, at('02:59:00'), at('08:00:00'), true)
  expect(due).toMatchObject({ missedMs: [at('03:00:00')], freshMs: null })
})

test('a clock that was wrong by years does not stop the schedule for years', () => {
  const nowMs = at('12:00:00')
  expect(findDue(hourly, nowMs + 365 * 24 * 3_600_000, nowMs, true)).toEqual({
    freshMs: null,
    missedMs: [],
    seenMs: nowMs,
    clockWentBack: true,
  })
})

test('years without a server are not counted to the last hour', () => {
  const nowMs = at('12:30:00')
  const { missedMs, freshMs } = findDue(hourly, nowMs - 3 * 365 * 24 * 3_600_000, nowMs, false)
  expect(missedMs).toHaveLength(100)
  expect(freshMs).toBeNull()
})

test('nothing is due without a schedule', () => {
  expect(findDue(null, at('09:00:00'), at('12:00:00'), true)).toMatchObject({
    freshMs: null,
    missedMs: [],
    seenMs: at('12:00:00'),
  })
})
