import type { WireStorage } from '#contract/jobs/storage.ts'
import { barsOf, type SavingsBars, type SavingsData } from './savings-bars.ts'
import { periodOf, type Period, type SavingsRange } from './savings-range.ts'
import { splitBy, type Grouping, type Series, type Split } from './savings-series.ts'
import type { SavingsView } from './savings-view.ts'
import type { FreedBefore } from './savings-words.ts'
import { storedPoints, storedSeries, trendOf, type StoredPoint, type Trend } from './stored-line.ts'

/** All that chart, table and words of one range say. */
export interface SavingsFigures {
  readonly period: Period
  readonly split: Split
  readonly bars: SavingsBars
  readonly points: readonly StoredPoint[]
  readonly trend: Trend | null
  /** What fits in all, as of the last point that knows it. */
  readonly capacity: { readonly bytes: number; readonly isDrawn: boolean } | null
  /** What was freed in the same time before; null where that says nothing. */
  readonly before: FreedBefore | null
  readonly series: Readonly<Record<SavingsView, readonly Series[]>>
}

const totalSeries: readonly Series[] = [
  { key: 'freed', label: 'freed so far', color: 'light-dark(#0a6b75, #3fb6c9)' },
]

const startsOf = ({ savings, failedRuns }: SavingsData): number[] =>
  [...savings, ...failedRuns].map(({ startedAt }) => Date.parse(startedAt))

/** Drawn only where it leaves room for what is stored. */
const mostAbove = 1.6

function capacityOf(points: readonly StoredPoint[]): SavingsFigures['capacity'] {
  const fitting = points.flatMap(({ total, free }) => (free === null ? [] : [total + free]))
  const bytes = fitting.at(-1)
  if (bytes === undefined) return null
  const most = Math.max(...points.map(({ total }) => total))
  return { bytes, isDrawn: fitting.length > 1 && Math.max(...fitting) < most * mostAbove }
}

/** @param nowMs when the server was asked */
export function figuresOf(
  data: SavingsData,
  range: SavingsRange,
  grouping: Grouping,
  nowMs: number,
  storedNow: WireStorage | undefined,
): SavingsFigures {
  const starts = startsOf(data)
  const firstMs = starts.length === 0 ? null : starts.reduce((one, other) => Math.min(one, other))
  const period = periodOf(range, nowMs, firstMs)
  const earlier = { fromMs: 2 * period.fromMs - period.toMs, toMs: period.fromMs - 1 }
  const inPeriod = barsOf(data, period, splitBy('cause', []))
  const split = splitBy(grouping, inPeriod.savings)
  const bars = barsOf(data, period, split)
  const before = range.id === 'all' ? null : barsOf(data, earlier, splitBy('cause', []))
  const points = storedPoints(bars.savings, period, storedNow)
  return {
    period,
    split,
    bars,
    points,
    trend: trendOf(points),
    capacity: capacityOf(points),
    before: before && { bytes: before.bytesFreed, runCount: before.runCount },
    series: { freed: split.series, cumulative: totalSeries, stored: storedSeries(points) },
  }
}
