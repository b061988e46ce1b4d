import { area, curveStepAfter, line, stack, type SeriesPoint } from 'd3-shape'
import type { BarPlace, ChartFrame } from './chart-frame.ts'
import type { SavingsBar } from './savings-bars.ts'
import type { SavingsFigures } from './savings-figures.ts'
import type { Period } from './savings-range.ts'
import type { Series } from './savings-series.ts'
import classes from './savings-chart.module.css'
import { bytesAt, segmentsOf, trendAt, type StoredPoint, type Trend } from './stored-line.ts'

interface FreedBarsProps {
  readonly frame: ChartFrame
  readonly bars: readonly SavingsBar[]
  readonly places: readonly BarPlace[]
  readonly series: readonly Series[]
  readonly fill: (place: number) => string
}

/** What each run freed, as a stack. */
export function FreedBars({ frame, bars, places, series, fill }: FreedBarsProps) {
  return bars.map((bar, at) => {
    const place = places[at]
    if (!place) return null
    let below = 0
    return (
      <g key={`${bar.fromMs}-${at}`}>
        {bar.bytesFreed === 0 && (
          <rect
            className={classes.nothing}
            x={place.left}
            width={place.width}
            y={frame.bottom - 2}
            height={2}
          />
        )}
        {series.map(({ key }, layer) => {
          const bytes = bar.bytesByKey[key] ?? 0
          if (bytes === 0) return null
          const [low, high] = [frame.y(below), frame.y(below + bytes)]
          below += bytes
          return (
            <rect
              key={key}
              className={classes.shape}
              x={place.left}
              width={place.width}
              y={Math.min(high, low - 1)}
              height={Math.max(1, low - high)}
              style={{ fill: fill(layer) }}
            />
          )
        })}
      </g>
    )
  })
}

interface TotalAreaProps {
  readonly frame: ChartFrame
  readonly bars: readonly SavingsBar[]
  readonly period: Period
  readonly fill: string
}

/** What the runs freed together, which grows at each. */
export function TotalArea({ frame, bars, period, fill }: TotalAreaProps) {
  const steps = [
    { atMs: period.fromMs, bytes: 0 },
    ...bars.map(({ fromMs, cumulativeBytes }) => ({
      atMs: Math.max(period.fromMs, fromMs),
      bytes: cumulativeBytes,
    })),
    { atMs: period.toMs, bytes: bars.at(-1)?.cumulativeBytes ?? 0 },
  ]
  const path = area<(typeof steps)[number]>()
    .x(({ atMs }) => frame.x(atMs))
    .y0(frame.bottom)
    .y1(({ bytes }) => frame.y(bytes))
    .curve(curveStepAfter)
  return <path className={classes.shape} d={path(steps) ?? ''} style={{ fill }} />
}

interface StoredAreasProps {
  readonly frame: ChartFrame
  readonly points: readonly StoredPoint[]
  readonly series: readonly Series[]
  readonly fill: (place: number) => string
  readonly trend: Trend | null
  readonly capacity: SavingsFigures['capacity']
}

/** What was stored, by what it was there for, with its trend and what fits. */
export function StoredAreas(props: StoredAreasProps) {
  const { frame, points, series, fill, trend, capacity } = props
  const shape = area<SeriesPoint<StoredPoint>>()
    .x(({ data }) => frame.x(data.atMs))
    .y0(([low]) => frame.y(low))
    .y1(([, high]) => frame.y(high))
  const layersOf = (segment: readonly StoredPoint[]) =>
    stack<StoredPoint, string>()
      .keys(series.map(({ key }) => key))
      .value((point, key) => bytesAt(point)[key] ?? 0)(segment)
  const [first] = points
  const last = points.at(-1)
  const fitting = points.flatMap(({ atMs, total, free }) =>
    free === null ? [] : [[atMs, total + free] as const],
  )
  const edge = line<readonly [number, number]>()
    .x(([atMs]) => frame.x(atMs))
    .y(([, bytes]) => frame.y(bytes))
  return (
    <>
      {segmentsOf(points).map((segment) => (
        <g key={segment[0]?.atMs}>
          {layersOf(segment).map((layer, place) => (
            <path
              key={layer.key}
              className={classes.shape}
              d={shape(layer) ?? ''}
              style={{ fill: fill(place) }}
            />
          ))}
        </g>
      ))}
      {capacity?.isDrawn && <path className={classes.capacity} d={edge(fitting) ?? ''} />}
      {trend && first && last && (
        <line
          className={classes.trend}
          x1={frame.x(first.atMs)}
          x2={frame.x(last.atMs)}
          y1={frame.y(trendAt(trend, first.atMs))}
          y2={frame.y(trendAt(trend, last.atMs))}
        />
      )}
    </>
  )
}
