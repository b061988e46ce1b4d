import { valuesOf } from './number-set.ts'
import { fieldKinds, parseField } from './cron-field.ts'

/** A schedule with the meaning of one in another dialect. */
export interface ScheduleSuggestion {
  readonly text: string
  /** How the text was read, if it can be read in two ways: `2 is Tuesday, as in cron`. */
  readonly reading?: string
}

/** What a schedule of another dialect says that ours cannot, or how it is written here. */
export interface DialectReading {
  readonly reason: string
  /** Each keeps the meaning. Empty if no schedule of ours would. */
  readonly suggestions: readonly ScheduleSuggestion[]
}

const none = (reason: string): DialectReading => ({ reason, suggestions: [] })

const countWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

const fieldCount = (words: readonly string[]): string =>
  `${countWords[words.length] ?? String(words.length)} fields`

const isZero = (word: string | undefined): boolean => word !== undefined && /^0+$/.test(word)

const hasStar = (word: string | undefined): boolean => word !== undefined && /[*?]/.test(word)

/** `CRON_TZ=Europe/Berlin` and `TZ=…` before the fields, as robfig/cron and crond accept them. */
const zonePattern = /^(?:CRON_)?TZ=(?<zone>.*)$/i

const utcZones = new Set(['utc', 'etc/utc', 'z', 'zulu', 'etc/zulu', 'gmt', 'etc/gmt', 'uct'])

/** The time zone at the start of a schedule, and the words after it; null if there is none. */
export function splitZone(
  words: readonly string[],
): { readonly zone: string; readonly isUtc: boolean; readonly rest: readonly string[] } | null {
  const [first = '', ...rest] = words
  const zone = zonePattern.exec(first)?.groups?.zone
  return zone === undefined ? null : { zone, isUtc: utcZones.has(zone.toLowerCase()), rest }
}

/**
 * Reads a schedule of more than four fields: of five with the minute first (crontab(5)), of six
 * with the second first (robfig/cron, Spring, and Quartz, which counts its weekdays from 1 =
 * Sunday).
 */
export function readOtherDialect(words: readonly string[]): DialectReading {
  const start = `${fieldCount(words)}: this schedule has at most four — hour, day, month, day of week.`
  const before = words.slice(0, -4)
  if (words.length > 6) return none(start)
  if (words.length === 6 && isOfYears(words)) {
    return none(`${start} A year cannot be given.`)
  }
  if (!before.every(isZero)) {
    const units = words.length === 5 ? 'Minutes are' : 'Seconds and minutes are'
    return none(`${start} ${units} not supported: collections start on the hour.`)
  }
  const fields = words.slice(-4)
  return {
    reason: start,
    suggestions: words.length === 5 ? asWritten(fields) : inEachWeek(fields),
  }
}

/** With a year last and no second, as in EventBridge: its `?` stands one field to the left. */
const isOfYears = ([, , hour, , month]: readonly string[]): boolean => hour === '?' || month === '?'

const isReadable = (fields: readonly string[]): boolean =>
  Object.values(fieldKinds).every((kind, position) => parseField(fields[position] ?? '', kind).ok)

/** Sunday may be 7 in crontab(5) and in Spring; here it is 0. */
function asWritten(fields: readonly string[]): readonly ScheduleSuggestion[] {
  const [hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields
  const weekdays = isReadable(fields) ? dayOfWeek : weekdaysFrom(dayOfWeek, 0)
  const read = [hour, dayOfMonth, month, weekdays ?? '']
  return weekdays !== null && isReadable(read) ? [{ text: read.join(' ') }] : []
}

/** Quartz has six fields too, and 1 is its Sunday: a number alone does not show the dialect. */
function inEachWeek(fields: readonly string[]): readonly ScheduleSuggestion[] {
  const dayOfWeek = fields[3] ?? ''
  const [cron] = asWritten(fields)
  const namesOnly = !/\d/.test(dayOfWeek.replaceAll(/\/\d+/g, ''))
  // Quartz counts from 1, so a 0 cannot be one of its weekdays.
  if (namesOnly || /(?:^|[,-])0/.test(dayOfWeek)) return cron ? [cron] : []
  const weekdays = weekdaysFrom(dayOfWeek, 1)
  const quartz = [...fields.slice(0, 3), weekdays ?? '']
  // A single reading would silently drop the other one.
  if (!cron || weekdays === null || !isReadable(quartz)) return []
  return [
    { ...cron, reading: `${dayOfWeek} counted from Sunday as 0` },
    { text: quartz.join(' '), reading: `${dayOfWeek} counted from Sunday as 1, as in Quartz` },
  ]
}

/**
 * Converts weekdays that are counted from another Sunday. Null if they have a star or a step, which
 * would select other days when counted differently, or cannot be parsed.
 * @param sunday the number of Sunday there: 0 (or 7), or 1
 */
function weekdaysFrom(text: string, sunday: 0 | 1): string | null {
  if (hasStar(text) || text.includes('/')) return null
  const counted = parseField(text, {
    ...fieldKinds.dayOfWeek,
    minimum: sunday,
    maximum: 7,
    names: [],
  })
  if (!counted.ok) return null
  const days = valuesOf(counted.value.values).map((day) => (day - sunday) % 7)
  return [...new Set(days)].toSorted((one, other) => one - other).join(',')
}
