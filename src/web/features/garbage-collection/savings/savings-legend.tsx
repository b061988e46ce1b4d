import type { Saving } from '#contract/garbage-collection.ts'
import { CauseList, ColorDot } from '../plan/cause-list.tsx'
import { sumOf, type Amount } from '../plan/causes.ts'
import classes from '../plan/cause-list.module.css'
import { inUseColor, reclaimableColor, type ChartView } from './savings-view.ts'

interface SavingsLegendProps {
  readonly savings: readonly Saving[]
  readonly view: ChartView
}

/** What the colours of the chart mean; for causes also how much each has freed. */
export function SavingsLegend({ savings, view }: SavingsLegendProps) {
  if (view === 'cumulative') return null
  if (view === 'freed') {
    return (
      <div className={classes.legend}>
        <CauseList amounts={sumByCause(savings)} />
      </div>
    )
  }
  return (
    <ul className={`${classes.root} ${classes.legend}`}>
      <li>
        <ColorDot color={inUseColor} /> in use
      </li>
      <li>
        <ColorDot color={reclaimableColor} /> reclaimable before the run
      </li>
    </ul>
  )
}

function sumByCause(savings: readonly Saving[]): Record<string, Amount> {
  const sums: Record<string, Amount> = {}
  for (const { byCause } of savings) {
    for (const [cause, amount] of Object.entries(byCause)) {
      sums[cause] = sumOf([amount, ...(sums[cause] ? [sums[cause]] : [])])
    }
  }
  return sums
}
