import { has, progression, valuesOf, without, type NumberSet } from './number-set.ts'
import { everyValue, fieldKinds, type FieldKind, type FieldValues } from './cron-field.ts'

/**
 * The values as one stepped range if that covers them (`8-18/2`), otherwise as a list: mixtures of
 * both are hard to read.
 */
export function steppedText(set: NumberSet): string {
  const values = valuesOf(set)
  const [first = 0, second = 0] = values
  const last = values.at(-1) ?? 0
  const step = second - first
  if (values.length > 2 && step > 1 && progression(first, last, step) === set) {
    return `${first}-${last}/${step}`
  }
  return listText(set)
}

/** The values one by one, three or more in a row as a range: `0`, `1,15`, `1-5,20`. */
export function listText(set: NumberSet): string {
  const parts: string[] = []
  for (let first = 0; first <= 31; first += 1) {
    if (!has(set, first)) continue
    let last = first
    while (last < 31 && has(set, last + 1)) last += 1
    if (last === first) parts.push(`${first}`)
    else parts.push(`${first}${last === first + 1 ? ',' : '-'}${last}`)
    first = last
  }
  return parts.join(',')
}

/** As `*`, or `*` with a step and the remaining values; null if no step fits. */
function starText(set: NumberSet, kind: FieldKind): string | null {
  if (set === everyValue(kind)) return '*'
  if (!has(set, kind.minimum)) return null
  let step = 2
  while (without(progression(kind.minimum, kind.maximum, step), set) !== 0) step += 1
  const left = without(set, progression(kind.minimum, kind.maximum, step))
  return left === 0 ? `*/${step}` : `*/${step},${listText(left)}`
}

/**
 * Without a star. Named values (months, weekdays) are listed, because people do not count them in
 * steps.
 */
const plainText = (set: NumberSet, kind: FieldKind): string =>
  kind.names.length > 0 ? listText(set) : steppedText(set)

/** For fields in which a star means only its values. `0,12` stays as it is. */
export function fieldText(set: NumberSet, kind: FieldKind): string {
  const star = starText(set, kind)
  const readsAsStep = star !== null && !star.includes(',') && valuesOf(set).length > 2
  return readsAsStep || star === '*' ? star : plainText(set, kind)
}

/** The day fields by their meaning, and as written. */
export interface DayFields {
  readonly daysOfMonth: NumberSet
  readonly daysOfWeek: NumberSet
  /** True: a day fires if either field has it. False: if both have. */
  readonly eitherDay: boolean
  readonly dayOfMonth: string
  readonly dayOfWeek: string
}

/**
 * The day fields depend on each other: a star in either makes both count, none makes either count
 * (robfig/cron, `dayMatches`). So `1-31` beside `1` is every day, but `*` beside `1` is Mondays.
 * Equal meanings get equal texts, and each text has the meaning that it was made from.
 */
export function canonicalDays(month: FieldValues, week: FieldValues): DayFields {
  const { dayOfMonth: monthKind, dayOfWeek: weekKind } = fieldKinds
  const everyDay = everyValue(monthKind)
  const everyWeekday = everyValue(weekKind)
  const restricted = month.values !== everyDay && week.values !== everyWeekday
  const eitherDay = !month.star && !week.star
  if (eitherDay && restricted) {
    return {
      daysOfMonth: month.values,
      daysOfWeek: week.values,
      eitherDay,
      dayOfMonth: plainText(month.values, monthKind),
      dayOfWeek: plainText(week.values, weekKind),
    }
  }
  const daysOfMonth = eitherDay ? everyDay : month.values
  const daysOfWeek = eitherDay ? everyWeekday : week.values
  const texts = restricted
    ? bothDaysText(daysOfMonth, daysOfWeek)
    : { dayOfMonth: fieldText(daysOfMonth, monthKind), dayOfWeek: fieldText(daysOfWeek, weekKind) }
  return { daysOfMonth, daysOfWeek, eitherDay: false, ...texts }
}

/**
 * Both fields restricted and both required, so one must be written with a star: the simplest of the
 * possible ways. (One field was written with a star, so there is a way.)
 */
function bothDaysText(daysOfMonth: NumberSet, daysOfWeek: NumberSet) {
  const { dayOfMonth: monthKind, dayOfWeek: weekKind } = fieldKinds
  const [monthStar, weekStar] = [starText(daysOfMonth, monthKind), starText(daysOfWeek, weekKind)]
  const monthPlain = plainText(daysOfMonth, monthKind)
  const weekPlain = plainText(daysOfWeek, weekKind)
  const ways = [
    { dayOfMonth: monthStar, dayOfWeek: weekPlain },
    { dayOfMonth: monthPlain, dayOfWeek: weekStar },
    { dayOfMonth: monthStar, dayOfWeek: weekStar },
  ].filter(
    (way): way is { dayOfMonth: string; dayOfWeek: string } =>
      way.dayOfMonth !== null && way.dayOfWeek !== null,
  )
  return ways.reduce((simplest, way) => (clumsiness(way) < clumsiness(simplest) ? way : simplest))
}

/** Longer texts are clumsier, and a step with remaining values is clumsier than any without. */
function clumsiness({ dayOfMonth, dayOfWeek }: { dayOfMonth: string; dayOfWeek: string }): number {
  const leftOver = [dayOfMonth, dayOfWeek].filter((text) => /^\*.*,/.test(text))
  return dayOfMonth.length + dayOfWeek.length + 256 * leftOver.length
}
