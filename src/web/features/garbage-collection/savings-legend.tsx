import type { Saving } from '#contract/garbage-collection.ts'
import { CauseList, ColorDot } from './cause-list.tsx'
import type { Amount } from './causes.ts'
import classes from './cause-list.module.css'
import { inUseColor, reclaimableColor, type ChartView } from './savings-view.ts'

interface SavingsLegendProps {
  readonly savings: readonly Saving[]
  readonly view: ChartView
}

/** What the colours of the chart mean; for the causes also how much each has brought. */
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
    for (const [cause, { bytes, layers, manifests }] of Object.entries(byCause)) {
      const sum = sums[cause] ?? { bytes: 0, layers: 0, manifests: 0 }
      sums[cause] = {
        bytes: sum.bytes + bytes,
        layers: sum.layers + layers,
        manifests: sum.manifests + manifests,
      }
    }
  }
  return sums
}
