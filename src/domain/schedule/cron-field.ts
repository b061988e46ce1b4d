import { ok, err, type Result, type Refusal } from '../values/result.ts'
import { emptySet, progression, union, type NumberSet } from './number-set.ts'

/** One of the four fields: its name, its bounds and the names of its values. */
export interface FieldKind {
  readonly label: ScheduleFieldLabel
  readonly minimum: number
  readonly maximum: number
  /** The names in the order of the values, beginning with the one for `minimum`. */
  readonly names: readonly string[]
}

export type ScheduleFieldLabel = 'hour' | 'day of month' | 'month' | 'day of week'

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdayNames = 'sun mon tue wed thu fri sat'.split(' ')

/**
 * The fields in the order in which they are written. Sunday is 0; 7 is refused, as robfig/cron
 * does.
 */
export const fieldKinds = {
  hour: { label: 'hour', minimum: 0, maximum: 23, names: [] },
  dayOfMonth: { label: 'day of month', minimum: 1, maximum: 31, names: [] },
  month: { label: 'month', minimum: 1, maximum: 12, names: monthNames },
  dayOfWeek: { label: 'day of week', minimum: 0, maximum: 6, names: weekdayNames },
} as const satisfies Record<string, FieldKind>

export type ScheduleFieldName = keyof typeof fieldKinds

export const everyValue = (kind: FieldKind): NumberSet => progression(kind.minimum, kind.maximum)

/** A field's values, and whether it contains a `*` or `?`, which matters for day fields. */
export interface FieldValues {
  readonly values: NumberSet
  readonly star: boolean
}

/** A refusal repeats at most this many characters of the text. */
const quotedLength = 20

export const quoted = (text: string): string =>
  text.length > quotedLength ? `\`${text.slice(0, quotedLength)}…\`` : `\`${text}\``

const wrong = (message: string) => err<Refusal>({ code: 'INVALID_FIELD', message })

/**
 * Parses one field: `list = range {"," range}`, where a range is `*`, `?`, `n`, `n-m`, each with
 * `/step`; `n/step` continues to the maximum. A refusal gives the reason without the field's name.
 */
export function parseField(text: string, kind: FieldKind): Result<FieldValues> {
  let values = emptySet
  let star = false
  for (const part of text.split(',')) {
    if (part === '') return wrong(`a value is missing beside a comma in ${quoted(text)}`)
    const range = parseRange(part, kind)
    if (!range.ok) return range
    values = union(values, range.value.values)
    star ||= range.value.star
  }
  return ok({ values, star })
}

function parseRange(text: string, kind: FieldKind): Result<FieldValues> {
  const [bounds = '', stepText, ...tooMany] = text.split('/')
  if (tooMany.length > 0) return wrong(`${quoted(text)} has more than one "/"`)
  const step = stepText === undefined ? ok(1) : parseStep(stepText, text)
  if (!step.ok) return step
  if (bounds === '*' || bounds === '?') {
    return ok({
      values: progression(kind.minimum, kind.maximum, step.value),
      star: true,
    })
  }
  const [firstText = '', lastText, ...more] = bounds.split('-')
  if (more.length > 0) return wrong(`${quoted(text)} has more than one "-"`)
  const first = parseValue(firstText, text, kind)
  if (!first.ok) return first
  const openEnd = stepText === undefined ? first.value : kind.maximum
  const last = lastText === undefined ? ok(openEnd) : parseValue(lastText, text, kind)
  if (!last.ok) return last
  if (first.value > last.value) return wrong(backwards(first.value, last.value, text, kind))
  return ok({ values: progression(first.value, last.value, step.value), star: false })
}

function parseStep(text: string, whole: string): Result<number> {
  if (!/^\d{1,9}$/.test(text)) return wrong(`${quoted(whole)} needs a number after "/"`)
  const step = Number(text)
  return step === 0 ? wrong(`the step in ${quoted(whole)} must be at least 1`) : ok(step)
}

function parseValue(text: string, whole: string, kind: FieldKind): Result<number> {
  const position = kind.names.indexOf(text.toLowerCase())
  if (position >= 0) return ok(kind.minimum + position)
  if (text === '') return wrong(`a number is missing beside "-" or "/" in ${quoted(whole)}`)
  if (!/^\d+$/.test(text)) {
    const names = kind.names.length > 0 ? ` or one of ${kind.names.join(', ').toUpperCase()}` : ''
    return wrong(`${quoted(text)} is not a number${names}`)
  }
  const value = Number(text)
  if (value < kind.minimum || value > kind.maximum) {
    const shown = text.length > quotedLength ? quoted(text) : String(value)
    const sunday = kind.label === 'day of week' && value === 7 ? ' (Sunday is 0)' : ''
    return wrong(`${shown} is not between ${kind.minimum} and ${kind.maximum}${sunday}`)
  }
  return ok(value)
}

const span = (from: number, to: number): string => (from === to ? `${from}` : `${from}-${to}`)

function backwards(first: number, last: number, text: string, kind: FieldKind): string {
  const start = `${quoted(text)} runs backwards`
  if (text.includes('/')) return start
  return `${start}; write \`${span(first, kind.maximum)},${span(kind.minimum, last)}\``
}
