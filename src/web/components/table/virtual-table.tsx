import { useEffect, type ReactNode } from 'react'
import { lazyComponent } from '../layout/lazy-component.tsx'
import type { ListRows } from './list-rows.ts'
import { keepRowFocus, watchRowFocus } from './row-focus.ts'
import { FirstRows, rowsInFirstView } from './first-rows.tsx'
import classes from './virtual-table.module.css'
import type { RowsProps } from './windowed-rows.tsx'

// Most lists are short, and the code that renders only the visible rows is a large part of a first
// load.
const WindowedRows = lazyComponent(
  async () => (await import('./windowed-rows.tsx')).WindowedRows,
  rowsInFirstView,
  { whenMissing: 'placeholder' },
)

interface VirtualTableProps<Row> {
  /** What the table holds; also its accessible name. */
  readonly label: string
  /** The cells of the head row. Each sets its width, because the layout is fixed. */
  readonly head: ReactNode
  readonly list: Pick<ListRows<Row>, 'rows' | 'totalCount' | 'onEndReached'> &
    Partial<Pick<ListRows<Row>, 'firstIndex'>>
  readonly rowHeight: number
  /** Renders a `tr` with a height of `rowHeight` and the given `aria-rowindex`. */
  readonly renderRow: (row: Row, rowIndex: number) => ReactNode
}

/** Up to this many rows, the table renders all of them. */
const shortTable = 60

/**
 * A table of any length that scrolls with the page. Of a long one, only the visible rows are
 * rendered.
 */
export function VirtualTable<Row>({
  label,
  head,
  list: { rows, totalCount, firstIndex = 0, onEndReached },
  rowHeight,
  renderRow,
}: VirtualTableProps<Row>) {
  const rowCount = rows.length
  const allCount = totalCount ?? rowCount
  const rendered: RowsProps = {
    rowCount,
    rowHeight,
    onEndReached,
    renderRow: (index) => {
      const row = rows[index]
      // The head is the first row of the table, and they are counted from 1.
      return row === undefined ? null : renderRow(row, firstIndex + index + 2)
    },
  }
  useEffect(watchRowFocus, [])
  useEffect(keepRowFocus, [rows])
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={allCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      {rowCount <= shortTable && rowCount === allCount ? (
        <FirstRows {...rendered} count={rowCount} />
      ) : (
        <WindowedRows {...rendered} />
      )}
    </table>
  )
}
