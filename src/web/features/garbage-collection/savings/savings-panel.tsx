import type { Saving } from '#contract/garbage-collection.ts'
import { formatByteSize } from '#domain/values/byte-size.ts'
import { Button, Group, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { countOf } from '#web/components/text/count-of.ts'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import { downloadText } from '../run/download-text.ts'
import { Panel } from '../panel.tsx'
import { lastSavingsQuery, savingsQuery } from '../queries.ts'
import { bucketSavings } from './savings-buckets.ts'
import { savingsCsv } from './savings-csv.ts'
import { SavingsLegend } from './savings-legend.tsx'
import { parseSavingsRange, savingsRanges, type SavingsRange } from './savings-range.ts'
import { SavingsTable } from './savings-table.tsx'
import { parseSavingsView, savingsViews, type SavingsView } from './savings-view.ts'

const chartSkeleton = () => <Skeleton height={260} />
const SavingsChart = lazyComponent(
  async () => (await import('./savings-chart.tsx')).SavingsChart,
  chartSkeleton,
)

/** What collections have freed: as a chart, and as a table with the same figures. */
export function SavingsPanel() {
  const [parameters, updateUrl] = useUrlState()
  const range = parseSavingsRange(parameters.get('range'))
  const view = parseSavingsView(parameters.get('savings'))
  const { data, error, isFetching, refetch } = useQuery(savingsQuery(range))
  return (
    <Panel
      title="Savings"
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Range"
            value={range.id}
            onChange={(id) => updateUrl({ range: id })}
            data={savingsRanges.map(({ id, label }) => ({ value: id, label }))}
          />
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view}
            onChange={(id) => updateUrl({ savings: id })}
            data={savingsViews.map(({ id, label }) => ({ value: id, label }))}
          />
        </>
      }
    >
      {data ? (
        data.length === 0 ? (
          <NoSavings range={range} onShowAll={() => updateUrl({ range: 'all' })} />
        ) : (
          <SavingsFigures savings={data} range={range} view={view} />
        )
      ) : error ? (
        <ErrorState
          title="The savings could not be loaded"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        chartSkeleton()
      )}
    </Panel>
  )
}

interface SavingsFiguresProps {
  readonly savings: readonly Saving[]
  readonly range: SavingsRange
  readonly view: SavingsView
}

function SavingsFigures({ savings, range, view }: SavingsFiguresProps) {
  const { size, buckets } = bucketSavings(savings)
  const freed = buckets.at(-1)?.cumulativeBytes ?? 0
  return (
    <>
      {view === 'table' ? (
        <SavingsTable size={size} buckets={buckets} />
      ) : freed === 0 && view !== 'stored' ? (
        <EmptyState title={`Nothing was freed ${range.words}`} />
      ) : (
        <SavingsChart size={size} buckets={buckets} view={view} />
      )}
      {view !== 'table' && <SavingsLegend savings={savings} view={view} />}
      <Group justify="space-between" gap="xs" mt="xs">
        <Text size="sm" c="dimmed">
          {view === 'stored'
            ? `Stored at the start of ${countOf(savings.length, 'run')} ${range.words}.`
            : `${formatByteSize(freed)} freed in ${countOf(savings.length, 'run')} ${range.words}.`}
          {size !== 'run' && ` One ${view === 'table' ? 'row' : 'bar'} per ${size} (UTC).`}
          {savings.length === 1 && ' Only one run: no trend can be told from it.'}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => downloadText(`savings-${range.id}.csv`, 'text/csv', savingsCsv(savings))}
        >
          Download CSV
        </Button>
      </Group>
    </>
  )
}

interface NoSavingsProps {
  readonly range: SavingsRange
  readonly onShowAll: () => void
}

function NoSavings({ range, onShowAll }: NoSavingsProps) {
  const { data: last } = useQuery(lastSavingsQuery)
  if (last) {
    return (
      <EmptyState
        title={`No run has freed anything ${range.words}`}
        actions={
          range.id === 'all' ? null : (
            <Button variant="default" onClick={onShowAll}>
              Show all runs
            </Button>
          )
        }
      />
    )
  }
  return (
    <EmptyState title="No collection has run yet">
      After the first one, this shows what each run has freed, and why it could go.
    </EmptyState>
  )
}
