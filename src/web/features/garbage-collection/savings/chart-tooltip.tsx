import { formatByteSize } from '#domain/values/byte-size.ts'
import { onlyRunOf, type SavingsBar } from './savings-bars.ts'
import { chartHeight, type BarPlace } from './chart-frame.ts'
import classes from './savings-chart.module.css'
import type { Series } from './savings-series.ts'
import { barDetails, barTitle } from './savings-words.ts'
import { Swatch } from './series-fill.tsx'

export interface TooltipRow {
  readonly series: Series
  readonly fill: string
  readonly bytes: number
}

interface ChartTooltipProps {
  readonly bar: SavingsBar
  readonly place: BarPlace
  readonly width: number
  /** "freed", "stored before": what the total is. */
  readonly totalWords: string
  readonly total: number | null
  /** From the top of the stack to its bottom. */
  readonly rows: readonly TooltipRow[]
}

const gap = 8
/** In less room beside the bar its words would break. */
const leastRoom = 240

/** The figures of a bar, beside it: on the side that has more room, or below all. */
export function ChartTooltip({ bar, place, width, totalWords, total, rows }: ChartTooltipProps) {
  const [from, to] = [
    Math.min(place.left, place.cellLeft),
    Math.max(place.left + place.width, place.cellRight),
  ]
  const room = { left: from - gap, right: width - to - gap }
  const isBelow = Math.max(room.left, room.right) < leastRoom
  const side = isBelow
    ? { top: chartHeight, left: 0, right: 0, width: 'auto' }
    : room.right >= room.left
      ? { left: to + gap, maxWidth: room.right }
      : { right: width - from + gap, maxWidth: room.left }
  return (
    // The links say the same.
    <div className={classes.tooltip} style={side} aria-hidden>
      <b>{barTitle(bar)}</b>
      <span className={classes.details}>{barDetails(bar)}</span>
      {total !== null && (
        <span className={classes.figure} data-total>
          <span>{totalWords}</span>
          <span>{formatByteSize(total)}</span>
        </span>
      )}
      {rows.map(({ series, fill, bytes }) => (
        <span key={series.key} className={classes.figure}>
          <span>
            <Swatch fill={fill} /> {series.label}
          </span>
          <span>{formatByteSize(bytes)}</span>
        </span>
      ))}
      <span className={classes.details}>
        {onlyRunOf(bar) ? 'Click to open the run' : 'Click to see its runs'}
      </span>
    </div>
  )
}
