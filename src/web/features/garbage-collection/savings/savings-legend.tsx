import { markWords, RunMark, runMarks } from '#web/entities/jobs/run-mark.tsx'
import { ByteSize } from '#web/entities/byte-size.tsx'
import classes from './savings-chart.module.css'
import type { SavingsFigures } from './savings-figures.ts'
import { sumByKey } from './savings-series.ts'
import type { SavingsView } from './savings-view.ts'
import { Swatch, useSeriesFill } from './series-fill.tsx'

interface SavingsLegendProps {
  readonly figures: SavingsFigures
  readonly view: SavingsView
}

/** What the colours and marks of the chart mean, from the bottom of the stack to its top. */
export function SavingsLegend({ figures, view }: SavingsLegendProps) {
  const { bars, trend, capacity, split } = figures
  const series = figures.series[view]
  const fill = useSeriesFill(series)
  const sums = view === 'freed' ? sumByKey(split, bars.savings) : null
  const kinds = runMarks.filter((kind) => bars.bars.some(({ marked }) => marked[kind] > 0))
  return (
    <ul className={classes.legend} aria-label="Legend">
      {series.map(({ key, label }, place) => (
        <li key={key}>
          <Swatch fill={fill(place)} className={classes.shape} /> {label}
          {sums && <ByteSize bytes={sums[key] ?? 0} />}
        </li>
      ))}
      {kinds.map((kind) => (
        <li key={kind}>
          <RunMark kind={kind} /> run {markWords[kind]}
        </li>
      ))}
      {view === 'stored' && trend && (
        <li>
          <svg width={18} height={10} aria-hidden>
            <line className={classes.trend} x2={18} y1={5} y2={5} />
          </svg>
          trend
        </li>
      )}
      {view === 'stored' && capacity?.isDrawn && (
        <li>
          <svg width={18} height={10} aria-hidden>
            <line className={classes.capacity} x2={18} y1={5} y2={5} />
          </svg>
          capacity <ByteSize bytes={capacity.bytes} />
        </li>
      )}
    </ul>
  )
}
