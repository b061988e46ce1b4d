import { formatByteSize } from '#domain/values/byte-size.ts'
import { formatDuration } from '#web/components/text/format-time.ts'
import { countOf } from '#web/components/text/count-of.ts'
import {
  describeHere,
  describeInstant,
  isLocalUtc,
  localZone,
} from '#web/components/text/instants.ts'
import { markWords, runMarks } from '#web/entities/jobs/run-mark.tsx'
import { onlyRunOf, type BarSize, type SavingsBar } from './savings-bars.ts'
import { rangeWords, type Period, type SavingsRange } from './savings-range.ts'
import type { StoredPoint, Trend } from './stored-line.ts'

const dayMs = 24 * 60 * 60 * 1000

const dayOf = (ms: number): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(ms)

/** "in 30 days", "from 1 Nov 2026 to 8 Nov 2026", "since 29 Nov 2025". */
function timeWords({ id, length }: SavingsRange, { fromMs, toMs }: Period): string {
  if (length !== null) return `in ${length}`
  return id === 'all' ? `since ${dayOf(fromMs)}` : `from ${dayOf(fromMs)} to ${dayOf(toMs)}`
}

export interface FreedBefore {
  readonly bytes: number
  readonly runCount: number
}

/** "4.21 MB in 30 days, 12 % more than the 30 before". */
export function freedHeadline(
  bytes: number,
  range: SavingsRange,
  period: Period,
  before: FreedBefore | null,
): string {
  const words = `${formatByteSize(bytes)} ${timeWords(range, period)}`
  if (before === null || before.runCount === 0) return words
  const than = beforeWords(range)
  if (before.bytes === 0) return bytes === 0 ? words : `${words}, none in ${than}`
  const change = Math.round((bytes / before.bytes - 1) * 100)
  if (change === 0) return `${words}, as much as in ${than}`
  // "1,100 % more" is hard to picture.
  if (change >= 200) return `${words}, ${(bytes / before.bytes).toFixed(1)} times ${than}`
  return `${words}, ${Math.abs(change)}\u00A0% ${change > 0 ? 'more' : 'less'} than ${than}`
}

const beforeWords = ({ id, length }: SavingsRange): string =>
  id === '1y'
    ? 'the year before'
    : `the ${length === null ? 'same time' : length.split(' ')[0]} before`

/** "5.94 MB stored, 3 % more than 30 days earlier". */
export function storedHeadline(points: readonly StoredPoint[], range: SavingsRange): string {
  const last = points.at(-1)
  // What stays after a run: what was there before it is more, each time.
  const first = points.find(({ saving }) => saving === null)
  if (!last || !first) return ''
  const words = `${formatByteSize(last.total)} stored`
  if (first === last || first.total === 0) return words
  const change = Math.round((last.total / first.total - 1) * 100)
  const since = range.id === 'all' ? 'after the first run' : `on ${dayOf(first.atMs)}`
  if (change === 0) return `${words}, as much as ${since}`
  return `${words}, ${Math.abs(change)}\u00A0% ${change > 0 ? 'more' : 'less'} than ${since}`
}

/** "About 32 kB more each week; full in about 8 months." */
export function trendWords(trend: Trend | null, last: StoredPoint | undefined): string {
  if (trend === null || !last) return 'Too few runs to tell a trend.'
  const weekly = trend.bytesPerMs * 7 * dayMs
  // Less than a hundredth of it in a month.
  if (Math.abs(trend.bytesPerMs * 30 * dayMs) < last.total / 100) return 'It hardly changes.'
  const words = `About ${formatByteSize(Math.abs(weekly))} ${weekly > 0 ? 'more' : 'less'} each week`
  if (weekly <= 0 || last.free === null) return `${words}.`
  const daysLeft = last.free / (trend.bytesPerMs * dayMs)
  if (daysLeft > 3 * 365) return `${words}; it fits for more than 3 years.`
  const left =
    daysLeft < 60
      ? countOf(Math.max(1, Math.round(daysLeft)), 'day')
      : countOf(Math.round(daysLeft / 30.44), 'month')
  return `${words}; full in about ${left}.`
}

/** "57 runs, 2 failed, 1 stopped." */
export function runWords(bars: readonly SavingsBar[]): string {
  const sum = (count: (bar: SavingsBar) => number) => bars.reduce((all, bar) => all + count(bar), 0)
  const marked = runMarks.map((kind) => [sum((bar) => bar.marked[kind]), markWords[kind]] as const)
  return [
    countOf(
      sum(({ runCount }) => runCount),
      'run',
    ),
    ...marked.flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : [])),
  ].join(', ')
}

/** "One bar per week (Europe/Berlin)."; nothing if each bar is a run. */
export const sizeWords = (size: BarSize, what: string): string =>
  size === 'run' ? '' : ` One ${what} per ${size} (${isLocalUtc() ? 'UTC' : localZone()}).`

/** Above the figures of a bar: "Mon 23 Nov 2026, 01:00 Europe/Berlin", "Week of 23 Nov 2026". */
export function barTitle({ fromMs, size }: Pick<SavingsBar, 'fromMs' | 'size'>): string {
  if (size === 'run') return describeHere(fromMs)
  if (size === 'day') return describeInstant(fromMs).split(',')[0] ?? ''
  if (size === 'week') return `Week of ${dayOf(fromMs)}`
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(fromMs)
}

const triggers = { schedule: 'by the schedule', person: 'by hand', api: 'through the API' }

/** "by the schedule, 41 s, stopped"; of several runs "3 runs, 1 failed". */
export function barDetails(bar: SavingsBar): string {
  const run = onlyRunOf(bar)
  if (run === null) return runWords([bar])
  const duration = formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
  const kind = runMarks.find((each) => bar.marked[each] > 0)
  return `${triggers[run.trigger]}, ${duration}${kind ? `, ${markWords[kind]}` : ''}`
}

/** What a screen reader says of a bar. */
export const barName = (bar: SavingsBar): string =>
  `${barTitle(bar)}: ${formatByteSize(bar.bytesFreed)} freed, ${barDetails(bar)}`

export const noRunsWords = (range: SavingsRange): string => `No run in ${rangeWords(range)}`
