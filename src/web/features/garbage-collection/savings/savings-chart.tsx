import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import { BarCells } from './bar-cells.tsx'
import { ChartAxes } from './chart-axes.tsx'
import { FreedBars, StoredAreas, TotalArea } from './chart-contents.tsx'
import { chartHeight, frameOf, placesOf } from './chart-frame.ts'
import { ChartTooltip, type TooltipRow } from './chart-tooltip.tsx'
import { MarkShape, runMarks } from '#web/entities/jobs/run-mark.tsx'
import type { SavingsBar } from './savings-bars.ts'
import classes from './savings-chart.module.css'
import type { SavingsFigures } from './savings-figures.ts'
import type { Period } from './savings-range.ts'
import type { SavingsView } from './savings-view.ts'
import { SeriesPatterns, useSeriesFill } from './series-fill.tsx'
import { bytesAt, trendAt, type StoredPoint } from './stored-line.ts'
import { useBrush } from './use-brush.ts'

interface SavingsChartProps {
  readonly label: string
  readonly view: SavingsView
  readonly figures: SavingsFigures
  /** A part of the time was chosen. */
  readonly onPeriod: (period: Period) => void
}

/** The highest value that is drawn. */
function highest(view: SavingsView, figures: SavingsFigures): number {
  const { bars, points, trend, capacity } = figures
  if (view === 'freed') return Math.max(0, ...bars.bars.map(({ bytesFreed }) => bytesFreed))
  if (view === 'cumulative') return bars.bytesFreed
  const most = Math.max(0, ...points.map(({ total }) => total))
  const end = trend === null ? 0 : trendAt(trend, points.at(-1)?.atMs ?? 0)
  return Math.max(most, end, capacity?.isDrawn ? capacity.bytes : 0)
}

/** What a run found stored: the point from before it. */
const pointOf = (points: readonly StoredPoint[], { savings }: SavingsBar): StoredPoint | null =>
  points.find(({ saving }) => saving !== null && saving.jobID === savings.at(-1)?.jobID) ?? null

/**
 * Runs where they were in time: bars of what they freed, or areas of what was stored. Each bar is a
 * link; the same figures are in the table.
 */
export function SavingsChart({ label, view, figures, onPeriod }: SavingsChartProps) {
  const { ref, width } = useElementSize()
  const [active, setActive] = useState<number | null>(null)
  const { bars, points, period, trend, capacity } = figures
  const series = figures.series[view]
  const fill = useSeriesFill(series)
  const frame = frameOf(width, period, highest(view, figures))
  const places = placesOf(bars.bars, frame)
  const { brushed, handlers } = useBrush(({ from, to }) =>
    onPeriod({ fromMs: frame.timeAt(from), toMs: frame.timeAt(to) }),
  )

  function rowsOf(bar: SavingsBar): readonly TooltipRow[] {
    if (view === 'cumulative') return []
    const point = view === 'stored' ? pointOf(points, bar) : null
    const bytesByKey = view === 'freed' ? bar.bytesByKey : point ? bytesAt(point) : {}
    return series
      .map((each, place) => ({ series: each, fill: fill(place), bytes: bytesByKey[each.key] ?? 0 }))
      .filter(({ bytes }) => bytes > 0)
      .toReversed()
  }
  const totalOf = (bar: SavingsBar): number | null => {
    if (view === 'freed') return bar.bytesFreed
    return view === 'cumulative' ? bar.cumulativeBytes : (pointOf(points, bar)?.total ?? null)
  }

  const shown = active === null || brushed !== null ? null : active
  const bar = shown === null ? undefined : bars.bars[shown]
  const place = shown === null ? undefined : places[shown]
  return (
    <div ref={ref} className={classes.root}>
      {width > 0 && (
        <svg
          className={classes.drawing}
          width={width}
          height={chartHeight}
          role="group"
          aria-label={label}
          {...handlers}
          onPointerLeave={() => setActive(null)}
        >
          <SeriesPatterns />
          <ChartAxes frame={frame} />
          <g aria-hidden>
            {view === 'freed' && (
              <FreedBars {...{ frame, places, series, fill }} bars={bars.bars} />
            )}
            {view === 'cumulative' && (
              <TotalArea {...{ frame, period }} bars={bars.bars} fill={fill(0)} />
            )}
            {view === 'stored' && (
              <StoredAreas {...{ frame, points, series, fill, trend, capacity }} />
            )}
            {view !== 'freed' && place && (
              <line
                className={classes.pointer}
                x1={place.center}
                x2={place.center}
                y1={frame.top}
                y2={frame.bottom}
              />
            )}
            {bars.bars.map(({ marked }, at) => {
              const kind = runMarks.find((each) => marked[each] > 0)
              return (
                kind && (
                  <MarkShape
                    // oxlint-disable-next-line react/no-array-index-key -- bars have no other identity
                    key={at}
                    kind={kind}
                    transform={`translate(${places[at]?.center ?? 0} ${frame.lane})`}
                  />
                )
              )
            })}
          </g>
          <BarCells
            bars={bars.bars}
            {...{ frame, places, active, onPeriod }}
            onActive={setActive}
          />
          {brushed && (
            <rect
              className={classes.brush}
              x={Math.max(frame.left, brushed.from)}
              width={Math.max(
                0,
                Math.min(frame.right, brushed.to) - Math.max(frame.left, brushed.from),
              )}
              y={frame.top}
              height={frame.bottom - frame.top}
            />
          )}
        </svg>
      )}
      {bar && place && (
        <ChartTooltip
          bar={bar}
          place={place}
          width={width}
          totalWords={totalWords[view]}
          total={totalOf(bar)}
          rows={rowsOf(bar)}
        />
      )}
    </div>
  )
}

const totalWords = { freed: 'freed', cumulative: 'freed so far', stored: 'stored before' }
