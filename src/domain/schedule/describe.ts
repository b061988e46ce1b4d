import cronstrue from 'cronstrue'
import { listText, steppedText } from './canonical-form.ts'
import type { Schedule } from './cron-expression.ts'
import { progression, valuesOf, type NumberSet } from './number-set.ts'
import { everyValue, fieldKinds, type FieldKind } from './cron-field.ts'

/**
 * The schedule as an English sentence: `At 00:00, every day`. Times are in UTC.
 *
 * cronstrue describes texts without robfig's rule for stars, and says "every 5 hours" or "every 31
 * days" even if the step does not fit the day or the month. So it gets the values themselves, and
 * whether both day fields count.
 */
export function describeSchedule(schedule: Schedule): string {
  const { daysOfMonth, daysOfWeek, months, eitherDay } = schedule
  const dayOfMonth = starOr(steppedText, daysOfMonth, fieldKinds.dayOfMonth)
  const month = starOr(listText, months, fieldKinds.month)
  // Beside days of the month, cronstrue would describe a range without "and" or "only", which could
  // mean both.
  const weekdayText = dayOfMonth === '*' ? listText : eachValue
  const dayOfWeek = starOr(weekdayText, daysOfWeek, fieldKinds.dayOfWeek)
  const sentence = cronstrue.toString(
    `0 ${hourText(schedule.hours)} ${dayOfMonth} ${month} ${dayOfWeek}`,
    {
      use24HourTimeFormat: true,
      verbose: true,
      dayOfWeekStartIndexZero: true,
      logicalAndDayFields: !eitherDay,
    },
  )
  return eitherDay ? sentence.replace(', and on ', ', or on ') : sentence
}

const eachValue = (set: NumberSet): string => valuesOf(set).join(',')

const starOr = (text: (set: NumberSet) => string, set: NumberSet, kind: FieldKind): string =>
  set === everyValue(kind) ? '*' : text(set)

/** A step only if it also holds across midnight; a range only if it is the whole field. */
function hourText(hours: NumberSet): string {
  for (const step of [1, 2, 3, 4, 6, 8]) {
    if (progression(0, fieldKinds.hour.maximum, step) === hours) {
      return step === 1 ? '*' : `*/${step}`
    }
  }
  const text = steppedText(hours)
  return text.includes(',') ? eachValue(hours) : text
}
