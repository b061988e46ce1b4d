import { Button, SegmentedControl, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorState } from '#web/components/feedback/error-state.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { storageQuery } from '#web/entities/storage/storage-query.ts'
import { Panel } from '#web/components/layout/panel.tsx'
import { lastSavingsQuery, savingsQuery } from '../queries.ts'
import { Choice } from './choice.tsx'
import { RangeFields } from './range-fields.tsx'
import { figuresOf } from './savings-figures.ts'
import classes from './savings-panel.module.css'
import {
  rangeInUrl,
  readSavingsRange,
  savingsRanges,
  type Period,
  type SavingsRange,
  type SavingsRangeId,
} from './savings-range.ts'
import { groupings, readGrouping } from './savings-series.ts'
import { ShownSavings } from './shown-savings.tsx'
import { isTable, readSavingsView, savingsViews } from './savings-view.ts'
import { noRunsWords } from './savings-words.ts'

const forms = [
  { id: 'chart', label: 'Chart' },
  { id: 'table', label: 'Table' },
] as const

/** What collections have freed and what was stored: as a chart, and as a table of its figures. */
export function SavingsPanel() {
  const [parameters, updateUrl] = useUrlState()
  const range = readSavingsRange(parameters)
  const view = readSavingsView(parameters.get('savings'))
  const grouping = readGrouping(parameters.get('by'))
  const asTable = isTable(parameters)
  const { data, error, isFetching, refetch } = useQuery(
    savingsQuery(range, grouping === 'repository' && view === 'freed'),
  )
  const { data: stored } = useQuery(storageQuery)
  // What is shown until the answer to another choice is there keeps its own words.
  const shownRange = data?.range ?? range
  const shownGrouping = grouping === 'repository' && !data?.isByRepository ? 'cause' : grouping
  const figures = data && figuresOf(data, shownRange, shownGrouping, data.askedAtMs, stored)
  const choose = (period: Period) => updateUrl(rangeInUrl('custom', period), { isStep: true })
  // A choice begins with what is shown.
  const onRange = (id: SavingsRangeId) =>
    updateUrl(rangeInUrl(id, id === 'custom' ? (figures?.period ?? null) : null))
  return (
    <Panel
      title="Savings"
      actions={
        <>
          <SegmentedControl
            size="xs"
            className={classes.range}
            aria-label="Range"
            value={range.id}
            onChange={onRange}
            data={savingsRanges.map(({ id, label }) => ({ value: id, label }))}
          />
          <Choice
            label="What is shown"
            value={view}
            onChange={(id) => updateUrl({ savings: id, as: asTable ? 'table' : null })}
            options={savingsViews}
          />
          {view === 'freed' && (
            <Choice
              label="Apart"
              value={grouping}
              onChange={(id) => updateUrl({ by: id })}
              options={groupings}
            />
          )}
          <Choice
            label="As"
            value={asTable ? 'table' : 'chart'}
            onChange={(id) => updateUrl({ savings: view, as: id === 'table' ? 'table' : null })}
            options={forms}
          />
        </>
      }
    >
      {range.chosen && <RangeFields period={range.chosen} onPeriod={choose} />}
      {data && figures ? (
        figures.bars.runCount === 0 && (view !== 'stored' || figures.points.length < 2) ? (
          <NoSavings range={shownRange} onShowAll={() => onRange('all')} />
        ) : (
          <ShownSavings
            figures={figures}
            range={shownRange}
            view={view}
            grouping={shownGrouping}
            asTable={asTable}
            onPeriod={choose}
          />
        )
      ) : error ? (
        <ErrorState
          title="Couldn’t load the savings"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <div className={classes.loading}>
          <Skeleton height={20} width="16rem" />
          <Skeleton height={320} />
        </div>
      )}
    </Panel>
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
        title={noRunsWords(range)}
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
