import { formatByteSize } from '#domain/values/byte-size.ts'
import { removalCauses } from '#domain/collection/removal-cause.ts'
import { BarChart, ChartTooltip, type BarChartSeries } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { causeLook } from '../plan/causes.ts'
import type { BucketSize, SavingsBucket } from './savings-buckets.ts'
import { describeBucket, shortBucket } from './savings-labels.ts'
import { inUseColor, reclaimableColor, totalColor, type ChartView } from './savings-view.ts'

interface SavingsChartProps {
  readonly size: BucketSize
  readonly buckets: readonly SavingsBucket[]
  readonly view: ChartView
}

const names: Record<ChartView, string> = {
  freed: 'Bytes freed, by cause',
  cumulative: 'Bytes freed altogether',
  stored: 'Bytes stored before each run, with the share that could be reclaimed',
}

/**
 * Bars over time. The figures are in the table, because a screen reader cannot step through a
 * drawing.
 */
export function SavingsChart({ size, buckets, view }: SavingsChartProps) {
  const series = seriesOf(view, buckets)
  return (
    <div role="img" aria-label={`${names[view]}. The same figures are in the table view.`}>
      <BarChart
        h={260}
        data={buckets.map((bucket) => pointOf(view, bucket))}
        dataKey="startedAt"
        type="stacked"
        series={series}
        maxBarWidth={40}
        accessibilityLayer={false}
        valueFormatter={formatByteSize}
        barProps={{ isAnimationActive: false }}
        xAxisProps={{ tickFormatter: (at: string) => shortBucket(at, size), minTickGap: 24 }}
        yAxisProps={{ width: 76 }}
        tooltipProps={{ content: <BarTooltip size={size} series={series} /> }}
      />
    </div>
  )
}

interface BarTooltipProps {
  readonly size: BucketSize
  readonly series: BarChartSeries[]
  /** The chart clones the element and sets these two. */
  readonly label?: string
  readonly payload?: readonly { readonly value?: unknown }[]
}

function BarTooltip({ size, series, label, payload = [] }: BarTooltipProps) {
  // The chart also renders it while it is hidden, before there is a bar to describe.
  if (!label || payload.length === 0) return null
  return (
    <ChartTooltip
      label={describeBucket(label, size)}
      payload={payload.filter(({ value }) => Number(value) > 0)}
      series={series}
      valueFormatter={formatByteSize}
    />
  )
}

/** Every cause keeps its place in the stack, also if a run has none of it. */
function seriesOf(view: ChartView, buckets: readonly SavingsBucket[]): BarChartSeries[] {
  if (view === 'cumulative') return [{ name: 'freed', label: 'freed so far', color: totalColor }]
  if (view === 'stored') {
    return [
      { name: 'inUse', label: 'in use', color: inUseColor },
      { name: 'reclaimable', label: 'reclaimable', color: reclaimableColor },
    ]
  }
  const seen = new Set(buckets.flatMap(({ bytesByCause }) => Object.keys(bytesByCause)))
  const known = removalCauses.filter((cause) => seen.delete(cause))
  return [...known, ...seen].map((cause) => ({ name: cause, ...causeLook(cause) }))
}

function pointOf(view: ChartView, bucket: SavingsBucket): Record<string, number | string> {
  const { startedAt, bytesByCause, cumulativeBytes, storedBytes, reclaimableBytes } = bucket
  if (view === 'cumulative') return { startedAt, freed: cumulativeBytes }
  if (view === 'freed') return { ...bytesByCause, startedAt }
  return { startedAt, inUse: storedBytes - reclaimableBytes, reclaimable: reclaimableBytes }
}
