import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSchedule, type Schedule } from './cron-expression.ts'
import { describeSchedule } from './describe.ts'
import { nextRuns } from './next-runs.ts'
import { fieldKinds, type FieldKind } from './cron-field.ts'

const hourMs = 3_600_000

/** Any notation of one field, including names in any case. */
function fieldTexts(kind: FieldKind): fc.Arbitrary<string> {
  const number = fc.integer({ min: kind.minimum, max: kind.maximum })
  const value = fc
    .tuple(number, fc.constantFrom('number', 'name', 'NAME'))
    .map(([chosen, spelling]) => {
      const name = kind.names[chosen - kind.minimum]
      if (name === undefined || spelling === 'number') return String(chosen)
      return spelling === 'NAME' ? name.toUpperCase() : name
    })
  const range = fc
    .tuple(number, number)
    .map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`)
  const base = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom('*', '?') },
    { weight: 3, arbitrary: value },
    { weight: 2, arbitrary: range },
  )
  const step = fc.option(fc.integer({ min: 1, max: 40 }), { nil: null })
  const part = fc
    .tuple(base, step)
    .map(([text, every]) => (every === null ? text : `${text}/${every}`))
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','))
}

const writings = fc
  .tuple(
    fieldTexts(fieldKinds.hour),
    fieldTexts(fieldKinds.dayOfMonth),
    fieldTexts(fieldKinds.month),
    fieldTexts(fieldKinds.dayOfWeek),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([hour, day, month, week, count]) => [hour, day, month, week].slice(0, count).join(' '))

/**
 * A second, direct implementation of robfig/cron 1.x: which numbers a field's text covers, checked
 * number by number, and whether it contains a star.
 */
function covers(text: string, kind: FieldKind, value: number): boolean {
  return text.split(',').some((part) => {
    const [bounds = '', step] = part.split('/')
    const numbers = bounds.split('-').map((word) => {
      const named = kind.names.indexOf(word.toLowerCase())
      return named < 0 ? Number(word) : kind.minimum + named
    })
    const star = bounds === '*' || bounds === '?'
    const first = star ? kind.minimum : (numbers[0] ?? Number.NaN)
    const open = star || (numbers.length === 1 && step !== undefined)
    const last = open ? kind.maximum : (numbers.at(-1) ?? Number.NaN)
    return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0
  })
}

function firesAt(writing: string, hourStartMs: number): boolean {
  const [hour = '*', day = '*', month = '*', week = '*'] = writing.split(' ')
  const at = new Date(hourStartMs)
  const dayMatches = covers(day, fieldKinds.dayOfMonth, at.getUTCDate())
  const weekMatches = covers(week, fieldKinds.dayOfWeek, at.getUTCDay())
  const star = /[*?]/.test(day) || /[*?]/.test(week)
  return (
    covers(hour, fieldKinds.hour, at.getUTCHours()) &&
    covers(month, fieldKinds.month, at.getUTCMonth() + 1) &&
    (star ? dayMatches && weekMatches : dayMatches || weekMatches)
  )
}

const scheduleOf = (writing: string): Schedule | null => {
  const parsed = parseSchedule(writing)
  return parsed.ok ? parsed.value : null
}

const instants = fc.integer({ min: Date.UTC(1999, 0), max: Date.UTC(2101, 0) })

describe('any schedule', () => {
  test('reads back the same after any number of times', () => {
    fc.assert(
      fc.property(writings, (writing) => {
        const schedule = scheduleOf(writing)
        if (schedule) expect(scheduleOf(schedule.text)).toEqual(schedule)
      }),
      { numRuns: 2000 },
    )
  })

  test('runs in exactly the hours that a search hour by hour finds', () => {
    const days = 60
    fc.assert(
      fc.property(writings, instants, (writing, fromMs) => {
        const schedule = scheduleOf(writing)
        if (!schedule) return
        const expected: number[] = []
        const firstMs = (Math.floor(fromMs / hourMs) + 1) * hourMs
        for (let hour = 0; hour < days * 24; hour += 1) {
          if (firesAt(writing, firstMs + hour * hourMs)) expected.push(firstMs + hour * hourMs)
        }
        const endMs = firstMs + days * 24 * hourMs
        const found = nextRuns(schedule, fromMs, expected.length + 1)
        expect(found.slice(0, -1)).toEqual(expected)
        expect(found.at(-1)).toBeGreaterThanOrEqual(endMs)
      }),
      { numRuns: 150 },
    )
  })

  test('runs some day if accepted, and never if refused for that', () => {
    fc.assert(
      fc.property(writings, instants, (writing, fromMs) => {
        const parsed = parseSchedule(writing)
        if (parsed.ok) {
          expect(nextRuns(parsed.value, fromMs, 1)).toHaveLength(1)
          return
        }
        expect(parsed.refusal.message).toContain('would never run')
        const leapYearMs = Date.UTC(2028, 0)
        for (let hour = 0; hour < 366 * 24; hour += 1) {
          expect(firesAt(writing, leapYearMs + hour * hourMs)).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('has a sentence', () => {
    fc.assert(
      fc.property(writings, (writing) => {
        const schedule = scheduleOf(writing)
        if (schedule) expect(describeSchedule(schedule)).toMatch(/^(At|Every|On the hour) ?.*\w$/)
      }),
      { numRuns: 500 },
    )
  })
})

test('no text makes the parser throw', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789*?/,- @adinosu'.split('')), maxLength: 40 }),
  )
  fc.assert(
    fc.property(noise, (text) => {
      const parsed = parseSchedule(text)
      if (!parsed.ok) expect(parsed.refusal.message.length).toBeLessThan(300)
    }),
    { numRuns: 3000 },
  )
})
