import { Anchor, Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import { ByteSize } from '#web/entities/byte-size.tsx'
import classes from '../plan/amount-table.module.css'
import { ColorDot } from '../plan/cause-list.tsx'
import { ScrollBox } from '#web/components/layout/scroll-box.tsx'
import { onlyRunOf, type SavingsBar } from './savings-bars.ts'
import type { SavingsFigures } from './savings-figures.ts'
import type { SavingsView } from './savings-view.ts'
import { barDetails, barTitle } from './savings-words.ts'
import { bytesAt } from './stored-line.ts'

interface SavingsTableProps {
  readonly view: SavingsView
  readonly figures: SavingsFigures
}

const headings = { run: 'Run', day: 'Day', week: 'Week', month: 'Month' }

/** The figures of each chart, newest first. */
export function SavingsTable({ view, figures }: SavingsTableProps) {
  const { bars, points } = figures
  const series = view === 'cumulative' ? [] : figures.series[view]
  /** In the order of `columns`; empty: not known. */
  const cellsOf = (bar: SavingsBar): readonly (number | null)[] => {
    if (view !== 'stored') {
      const own = series.map(({ key }) => bar.bytesByKey[key] ?? 0)
      return [bar.bytesFreed, ...own, ...(view === 'cumulative' ? [bar.cumulativeBytes] : [])]
    }
    const last = bar.savings.at(-1)
    const point = points.find(({ saving }) => saving !== null && saving.jobID === last?.jobID)
    if (!point) return [null, ...series.map(() => null), null]
    const bytes = bytesAt(point)
    return [point.total, ...series.map(({ key }) => bytes[key] ?? 0), point.free]
  }
  const columns: readonly ReactNode[] = [
    view === 'stored' ? 'Stored before' : 'Freed',
    ...series.map(({ key, label, color }) => (
      <span key={key}>
        <ColorDot color={color} /> {label}
      </span>
    )),
    ...(view === 'cumulative' ? ['Total so far'] : []),
    ...(view === 'stored' ? ['Free'] : []),
  ]
  return (
    <ScrollBox label="Savings table" maxHeight={360}>
      <Table
        aria-label="Savings"
        stickyHeader
        verticalSpacing={6}
        horizontalSpacing="sm"
        className={classes.table}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{headings[bars.size]}</Table.Th>
            <Table.Th>How</Table.Th>
            {columns.map((column, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- columns have no other identity
              <Table.Th key={place} className={classes.number}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bars.bars.toReversed().map((bar) => (
            <Table.Tr key={`${bar.fromMs} ${onlyRunOf(bar)?.jobID}`}>
              <Table.Th scope="row" fw={400} className={classes.number} ta="start">
                <BarLink bar={bar} />
              </Table.Th>
              <Table.Td className={classes.number} ta="start">
                {barDetails(bar)}
              </Table.Td>
              {cellsOf(bar).map((bytes, place) => (
                // oxlint-disable-next-line react/no-array-index-key -- as the columns
                <Table.Td key={place} className={classes.number}>
                  {bytes === null ? '–' : <ByteSize bytes={bytes} />}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  )
}

function BarLink({ bar }: { readonly bar: SavingsBar }) {
  const run = onlyRunOf(bar)
  return run ? (
    <Anchor component={Link} to={paths.collectionRun(run.jobID)} inherit>
      {barTitle(bar)}
    </Anchor>
  ) : (
    barTitle(bar)
  )
}
