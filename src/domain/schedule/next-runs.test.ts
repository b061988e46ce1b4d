import { describe, expect, test } from 'vitest'
import { parseSchedule, type Schedule } from './cron-expression.ts'
import { nextRuns } from './next-runs.ts'

function scheduleOf(text: string): Schedule {
  const parsed = parseSchedule(text)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

const runsAfter = (text: string, from: string, count: number): string[] =>
  nextRuns(scheduleOf(text), Date.parse(from), count).map((runMs) =>
    new Date(runMs).toISOString().replace(':00:00.000Z', 'h'),
  )

// 23 November 2026 is a Monday.
describe('next runs', () => {
  test.each([
    ['* * * *', '2026-11-23T22:30:00Z', ['2026-11-23T23h', '2026-11-24T00h', '2026-11-24T01h']],
    ['0 * * *', '2026-11-23T11:00:00Z', ['2026-11-24T00h', '2026-11-25T00h']],
    ['1 * * 6', '2026-11-23T11:00:00Z', ['2026-11-28T01h', '2026-12-05T01h']],
    ['9,17 * * 1-5', '2026-11-27T10:00:00Z', ['2026-11-27T17h', '2026-11-30T09h']],
    ['0 1 1 *', '2026-11-23T11:00:00Z', ['2027-01-01T00h', '2028-01-01T00h']],
    ['0 31 * *', '2026-11-23T11:00:00Z', ['2026-12-31T00h', '2027-01-31T00h', '2027-03-31T00h']],
    // either day field, because neither has a star
    ['0 1,15 * 1', '2026-11-29T00:00:00Z', ['2026-11-30T00h', '2026-12-01T00h', '2026-12-07T00h']],
    // both, because one has a star: Mondays on odd days
    ['0 */2 * 1', '2026-11-29T00:00:00Z', ['2026-12-07T00h', '2026-12-21T00h']],
    // both: Mondays that are the first of a month
    ['0 */31 * 1', '2026-11-23T11:00:00Z', ['2027-02-01T00h', '2027-03-01T00h', '2027-11-01T00h']],
    // either: 30 February never comes, but Mondays in February do
    ['0 30 2 1', '2026-11-23T11:00:00Z', ['2027-02-01T00h', '2027-02-08T00h']],
    // leap years; 2100 is none
    ['0 29 2', '2026-11-23T11:00:00Z', ['2028-02-29T00h', '2032-02-29T00h']],
    ['0 29 2', '2096-02-29T00:00:00Z', ['2104-02-29T00h']],
    ['0 29 2', '1999-12-31T00:00:00Z', ['2000-02-29T00h']],
    ['0 29 2 */7', '2026-11-23T11:00:00Z', ['2032-02-29T00h', '2060-02-29T00h']],
    // the longest gap there is: 29 February on a Sunday, across 2100
    ['0 29 2 */7', '2088-02-29T00:00:00Z', ['2128-02-29T00h']],
  ])('%j after %s', (text, from, expected) => {
    expect(runsAfter(text, from, expected.length)).toEqual(expected)
  })

  test('an instant is not after itself, but is after the millisecond before it', () => {
    expect(runsAfter('0 * * *', '2026-11-24T00:00:00.000Z', 1)).toEqual(['2026-11-25T00h'])
    expect(runsAfter('0 * * *', '2026-11-23T23:59:59.999Z', 1)).toEqual(['2026-11-24T00h'])
  })

  test('instants before 1970 work too', () => {
    expect(runsAfter('0 * * *', '1969-12-31T23:30:00Z', 1)).toEqual(['1970-01-01T00h'])
    expect(runsAfter('6 * * *', '1969-12-30T23:30:00Z', 1)).toEqual(['1969-12-31T06h'])
  })

  test('a count of zero returns none', () => {
    expect(nextRuns(scheduleOf('0'), 0, 0)).toEqual([])
  })

  test('ends where the calendar does, and an invalid start returns none', () => {
    expect(nextRuns(scheduleOf('0'), 8.64e15, 5)).toEqual([])
    expect(nextRuns(scheduleOf('0'), Number.NaN, 5)).toEqual([])
    expect(nextRuns(scheduleOf('0'), Number.POSITIVE_INFINITY, 5)).toEqual([])
  })
})
