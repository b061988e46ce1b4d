import { scaleLinear } from 'd3-scale'
import { byteTicks, timeTicks, type Tick } from './chart-ticks.ts'
import type { SavingsBar } from './savings-bars.ts'
import type { Period } from './savings-range.ts'

/** In pixels. The lane below the bars is for marks. */
export const chartHeight = 320
const margin = { top: 12, right: 12, bottom: 46, left: 66 }

/** Where everything stands in the drawing. */
export interface ChartFrame {
  readonly left: number
  readonly right: number
  readonly top: number
  /** The line of 0 bytes. */
  readonly bottom: number
  /** The middle of the lane of marks. */
  readonly lane: number
  readonly x: (ms: number) => number
  readonly y: (bytes: number) => number
  /** The instant at a place, within the period. */
  readonly timeAt: (x: number) => number
  readonly byteTicks: readonly Tick[]
  readonly timeTicks: readonly Tick[]
}

export function frameOf(width: number, period: Period, maximumBytes: number): ChartFrame {
  const [left, right] = [margin.left, Math.max(margin.left + 1, width - margin.right)]
  const [top, bottom] = [margin.top, chartHeight - margin.bottom]
  const ticks = byteTicks(maximumBytes)
  const x = scaleLinear([period.fromMs, period.toMs], [left, right])
  const y = scaleLinear([0, Math.max(maximumBytes, ticks.at(-1)?.value ?? 1, 1)], [bottom, top])
  return {
    left,
    right,
    top,
    bottom,
    lane: bottom + 12,
    x,
    y,
    timeAt: (at) => x.invert(Math.min(right, Math.max(left, at))),
    byteTicks: ticks,
    timeTicks: timeTicks(period, right - left),
  }
}

/** Where a bar is drawn, and where a pointer finds it. */
export interface BarPlace {
  readonly left: number
  readonly width: number
  readonly center: number
  readonly cellLeft: number
  readonly cellRight: number
}

const width = { least: 3, most: 18, cell: 40 }

/** The places of the bars, where they were in time. */
export function placesOf(bars: readonly SavingsBar[], frame: ChartFrame): readonly BarPlace[] {
  const centers = bars.map(({ fromMs, toMs, size }) => {
    const at = frame.x(size === 'run' ? fromMs : (fromMs + toMs) / 2)
    return Math.min(frame.right, Math.max(frame.left, at))
  })
  const gaps = centers.slice(1).map((center, place) => center - (centers[place] ?? center))
  const runWidth = Math.min(width.most, Math.max(width.least, Math.min(...gaps, width.most) * 0.8))
  return bars.map(({ fromMs, toMs, size }, place) => {
    const center = centers[place] ?? frame.left
    const before = centers[place - 1] ?? -Infinity
    const after = centers[place + 1] ?? Infinity
    const drawn =
      size === 'run' ? runWidth : Math.max(width.least, frame.x(toMs) - frame.x(fromMs) - 2)
    const left = Math.max(frame.left, center - drawn / 2)
    return {
      center,
      left,
      width: Math.max(1, Math.min(frame.right + 6, center + drawn / 2) - left),
      cellLeft: Math.max(center - width.cell, (before + center) / 2),
      cellRight: Math.min(center + width.cell, (center + after) / 2),
    }
  })
}
