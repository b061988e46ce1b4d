import { ok, err, type Result, type Refusal } from '../values/result.ts'
import { canonicalDays, fieldText } from './canonical-form.ts'
import { has, progression, valuesOf, type NumberSet } from './number-set.ts'
import { readOtherDialect, splitZone, type ScheduleSuggestion } from './other-dialects.ts'
import { exampleSchedule } from './presets.ts'
import {
  fieldKinds,
  parseField,
  quoted,
  type FieldValues,
  type ScheduleFieldLabel,
  type ScheduleFieldName,
} from './cron-field.ts'

/**
 * When collections start: hours of days, at minute 0, in UTC. Parsed from at most four fields
 * (hour, day of month, month, day of week) in the dialect of robfig/cron 1.x, or from a shortcut.
 */
export interface Schedule {
  /** The four fields in canonical form: schedules with the same meaning have the same text. */
  readonly text: string
  readonly fields: Readonly<Record<ScheduleFieldName, string>>
  readonly hours: NumberSet
  readonly daysOfMonth: NumberSet
  readonly months: NumberSet
  /** 0 is Sunday. */
  readonly daysOfWeek: NumberSet
  /** True: a day fires if either day field has it. False: if both have. */
  readonly eitherDay: boolean
}

export interface ScheduleRefusal extends Refusal {
  readonly code: 'INVALID_SCHEDULE'
  /** The wrong field; absent if the whole schedule is wrong. `message` begins with it. */
  readonly field?: ScheduleFieldLabel
  /** The message without the field. */
  readonly reason: string
  /** Valid schedules with the same meaning: several if the text can be read in two ways. */
  readonly suggestions?: readonly ScheduleSuggestion[]
}

export const scheduleShortcuts = {
  '@yearly': '0 1 1 *',
  '@annually': '0 1 1 *',
  '@monthly': '0 1 * *',
  '@weekly': '0 * * 0',
  '@daily': '0 * * *',
  '@midnight': '0 * * *',
  '@hourly': '* * * *',
} as const

/** Longer than any sensible schedule, including lists of every value in every field. */
const maximumLength = 256

const refuse = (reason: string, suggestions: readonly ScheduleSuggestion[] = []) =>
  err<ScheduleRefusal>({
    code: 'INVALID_SCHEDULE',
    message:
      suggestions.length === 0
        ? reason
        : `${reason} Did you mean ${suggestions.map(suggestionText).join(' or ')}?`,
    reason,
    ...(suggestions.length === 0 ? {} : { suggestions }),
  })

const suggestionText = ({ text, reading }: ScheduleSuggestion): string =>
  reading === undefined ? `\`${text}\`` : `\`${text}\` (${reading})`

const refuseField = (
  field: ScheduleFieldLabel,
  reason: string,
  suggestions: readonly ScheduleSuggestion[] = [],
) => {
  const { refusal } = refuse(reason, suggestions)
  return err<ScheduleRefusal>({ ...refusal, message: `${field}: ${refusal.message}`, field })
}

export function parseSchedule(input: unknown): Result<Schedule, ScheduleRefusal> {
  if (typeof input !== 'string') return refuse(`a schedule is text, such as "${exampleSchedule}"`)
  if (input.length > maximumLength) {
    return refuse(`a schedule has at most ${maximumLength} characters`)
  }
  const words = input.trim().split(/\s+/)
  if (words[0] === '') return refuse('the schedule is empty: write at least the hour')
  const zone = splitZone(words)
  if (zone) return refuseZone(zone)
  if (words.some((word) => word.startsWith('@'))) return parseShortcut(words)
  if (words.length > 4) {
    const { reason, suggestions } = readOtherDialect(words)
    return refuse(reason, suggestions)
  }
  return parseFields(words)
}

function parseShortcut(words: readonly string[]): Result<Schedule, ScheduleRefusal> {
  const shortcuts = words.filter((word) => word.startsWith('@'))
  const [shortcut = ''] = shortcuts
  if (shortcut.toLowerCase() === '@every') {
    return refuse('`@every` is not supported: name the hours instead, as in `*/6`')
  }
  if (shortcuts.length > 1) {
    return refuse(`${quoted(shortcuts.join(' '))}: a schedule has only one shortcut`)
  }
  if (words.length > 1) return refuse(`${quoted(shortcut)} stands alone, without fields`)
  const known = Object.entries(scheduleShortcuts)
  const fields = known.find(([name]) => name === shortcut)?.[1]
  if (fields !== undefined) return parseFields(fields.split(' '))
  const meant = known.find(([name]) => name === shortcut.toLowerCase())?.[0]
  return meant === undefined
    ? refuse(`${quoted(shortcut)} is none of ${known.map(([name]) => name).join(', ')}`)
    : refuse('shortcuts are written in lower case.', [{ text: meant }])
}

/** Only a schedule in UTC has the same meaning without its time zone. */
function refuseZone({
  zone,
  isUtc,
  rest,
}: NonNullable<ReturnType<typeof splitZone>>): Result<Schedule, ScheduleRefusal> {
  const reason = `time zones are not supported: the schedule is in UTC. Write its hours in UTC, without ${quoted(zone)}.`
  if (!isUtc || rest.length === 0) return refuse(reason)
  const parsed = parseSchedule(rest.join(' '))
  if (parsed.ok) return refuse(reason, [{ text: rest.join(' ') }])
  return refuse(reason, parsed.refusal.suggestions)
}

/** A day, a month or a shortcut alone where the hour stands: what was probably meant. */
function misplaced(words: readonly string[]): ReturnType<typeof refuseField> | null {
  const [word = ''] = words
  if (words.length !== 1 || !/[a-z]/i.test(word)) return null
  const shortcut = `@${word.toLowerCase()}`
  if (Object.hasOwn(scheduleShortcuts, shortcut)) {
    return refuse('shortcuts begin with @.', [{ text: shortcut }])
  }
  if (parseField(word, fieldKinds.dayOfWeek).ok) {
    return refuseField('hour', 'the hour comes first, and the day of week last.', [
      { text: `* * * ${word}` },
    ])
  }
  return parseField(word, fieldKinds.month).ok
    ? refuseField('hour', 'the hour comes first, and the month third.', [{ text: `* * ${word} *` }])
    : null
}

function parseFields(words: readonly string[]): Result<Schedule, ScheduleRefusal> {
  const wrongPlace = misplaced(words)
  if (wrongPlace !== null) return wrongPlace
  const read: FieldValues[] = []
  for (const [position, kind] of Object.values(fieldKinds).entries()) {
    const field = parseField(words[position] ?? '*', kind)
    if (!field.ok) return refuseField(kind.label, field.refusal.message)
    read.push(field.value)
  }
  const [hour, dayOfMonth, month, dayOfWeek] = read as [
    FieldValues,
    FieldValues,
    FieldValues,
    FieldValues,
  ]
  const { daysOfMonth, daysOfWeek, eitherDay, ...days } = canonicalDays(dayOfMonth, dayOfWeek)
  if (!eitherDay && !someMonthHas(daysOfMonth, month.values)) {
    return refuseField('day of month', neverReason(daysOfMonth, month.values))
  }
  const fields = {
    hour: fieldText(hour.values, fieldKinds.hour),
    dayOfMonth: days.dayOfMonth,
    month: fieldText(month.values, fieldKinds.month),
    dayOfWeek: days.dayOfWeek,
  }
  return ok({
    text: `${fields.hour} ${fields.dayOfMonth} ${fields.month} ${fields.dayOfWeek}`,
    fields,
    hours: hour.values,
    daysOfMonth,
    months: month.values,
    daysOfWeek,
    eitherDay,
  })
}

/** The days each month can have: 29 February occurs, and in the course of time on every weekday. */
const longestMonths = [
  ['January', 31],
  ['February', 29],
  ['March', 31],
  ['April', 30],
  ['May', 31],
  ['June', 30],
  ['July', 31],
  ['August', 31],
  ['September', 30],
  ['October', 31],
  ['November', 30],
  ['December', 31],
] as const

const chosenMonths = (months: NumberSet) =>
  longestMonths.filter((_, position) => has(months, position + 1))

const someMonthHas = (days: NumberSet, months: NumberSet): boolean =>
  chosenMonths(months).some(([, longest]) => (days & progression(1, longest)) !== 0)

function neverReason(days: NumberSet, months: NumberSet): string {
  const names = chosenMonths(months).map(([name]) => name)
  return `there is no day ${valuesOf(days).join(' or ')} in ${names.join(' or ')}, so this schedule would never run`
}
