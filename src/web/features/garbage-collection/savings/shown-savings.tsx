import { formatByteSize } from '#domain/values/byte-size.ts'
import { Button, Group, Skeleton, Text } from '@mantine/core'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { downloadText } from '#web/entities/jobs/download-text.ts'
import { savingsCsv } from './savings-csv.ts'
import type { SavingsFigures } from './savings-figures.ts'
import { SavingsLegend } from './savings-legend.tsx'
import classes from './savings-panel.module.css'
import type { Period, SavingsRange } from './savings-range.ts'
import type { Grouping } from './savings-series.ts'
import { SavingsTable } from './savings-table.tsx'
import type { SavingsView } from './savings-view.ts'
import { freedHeadline, runWords, sizeWords, storedHeadline, trendWords } from './savings-words.ts'

const SavingsChart = lazyComponent(
  async () => (await import('./savings-chart.tsx')).SavingsChart,
  () => <Skeleton height={320} />,
)

interface ShownSavingsProps {
  readonly figures: SavingsFigures
  readonly range: SavingsRange
  readonly view: SavingsView
  readonly grouping: Grouping
  readonly asTable: boolean
  readonly onPeriod: (period: Period) => void
}

function chartName(view: SavingsView, grouping: Grouping): string {
  if (view === 'freed') return `Bytes freed, by ${grouping}`
  return view === 'cumulative' ? 'Bytes freed altogether' : 'Bytes stored, by what they are for'
}

const capacityWords = (capacity: SavingsFigures['capacity']): string =>
  capacity && !capacity.isDrawn ? ` ${formatByteSize(capacity.bytes)} fit in all.` : ''

/** A headline, the figures, and what they mean. */
export function ShownSavings({
  figures,
  range,
  view,
  grouping,
  asTable,
  onPeriod,
}: ShownSavingsProps) {
  const { bars, points, period, before, trend, capacity, split } = figures
  const isStored = view === 'stored'
  const shown = {
    savings: bars.savings,
    failedRuns: bars.bars.flatMap(({ failedRuns }) => failedRuns),
  }
  const csv = () => savingsCsv(view, shown, grouping === 'repository' ? split : null)
  return (
    <>
      <Text className={classes.headline}>
        {isStored
          ? storedHeadline(points, range)
          : freedHeadline(bars.bytesFreed, range, period, before)}
      </Text>
      {asTable ? (
        <SavingsTable view={view} figures={figures} />
      ) : (
        <>
          <SavingsChart
            label={`${chartName(view, grouping)}. The same figures are in the table.`}
            view={view}
            figures={figures}
            onPeriod={onPeriod}
          />
          <SavingsLegend view={view} figures={figures} />
        </>
      )}
      <Group justify="space-between" gap="xs" mt="xs">
        <Text size="sm" c="dimmed">
          {runWords(bars.bars)}.{sizeWords(bars.size, asTable ? 'row' : 'bar')}
          {isStored
            ? ` ${trendWords(trend, points.at(-1))}${capacityWords(capacity)}`
            : bars.runCount === 1 && ' One run shows no trend.'}
          {!asTable && <span className={classes.pointerOnly}> Drag to choose a time.</span>}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => downloadText(`${view}-${range.id}.csv`, 'text/csv', csv())}
        >
          Download CSV
        </Button>
      </Group>
    </>
  )
}
