import { lazy, Suspense, type ReactNode } from 'react'
import classes from './virtual-table.module.css'
import type { RowsProps } from './windowed-rows.tsx'

// Most lists are short, and drawing only what is in view is a good part of what a page would have
// to load first.
const WindowedRows = lazy(async () => ({
  default: (await import('./windowed-rows.tsx')).WindowedRows,
}))

interface VirtualTableProps {
  /** What the table holds; its accessible name. */
  readonly label: string
  /** The cells of the head row; each with its width, for the layout is fixed. */
  readonly head: ReactNode
  /** How many rows there are to draw. */
  readonly rowCount: number
  /** How many there are in all, loaded or not. */
  readonly totalCount: number
  readonly rowHeight: number
  /** A `tr`, `rowHeight` high, with `aria-rowindex` of index + 2. */
  readonly renderRow: (index: number) => ReactNode
  /** The last rows have come into view. */
  readonly onEndReached?: (() => void) | undefined
}

/** So many rows are drawn whole. */
const shortTable = 60

/** A table of any length in the page's own scroll. Of a long one, only what is in view is drawn. */
export function VirtualTable({
  label,
  head,
  rowCount,
  totalCount,
  rowHeight,
  renderRow,
  onEndReached,
}: VirtualTableProps) {
  const rows = { rowCount, rowHeight, renderRow, onEndReached }
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={totalCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      {rowCount <= shortTable && rowCount === totalCount ? (
        <FirstRows {...rows} />
      ) : (
        <Suspense fallback={<FirstRows {...rows} />}>
          <WindowedRows {...rows} />
        </Suspense>
      )}
    </table>
  )
}

/** All rows of a short table; of a long one the first, until the code for the others is there. */
const FirstRows = ({ rowCount, renderRow }: RowsProps) => (
  <tbody>
    {Array.from({ length: Math.min(rowCount, shortTable) }, (_, row) => renderRow(row))}
  </tbody>
)
