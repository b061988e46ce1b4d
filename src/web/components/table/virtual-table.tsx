import type { ReactNode } from 'react'
import { lazyComponent } from '../layout/lazy-component.tsx'
import classes from './virtual-table.module.css'
import type { RowsProps } from './windowed-rows.tsx'

// Most lists are short, and the code that renders only the visible rows is a large part of a first
// load.
const WindowedRows = lazyComponent(
  async () => (await import('./windowed-rows.tsx')).WindowedRows,
  rowsInFirstView,
)

interface VirtualTableProps extends RowsProps {
  /** What the table holds; also its accessible name. */
  readonly label: string
  /** The cells of the head row. Each sets its width, because the layout is fixed. */
  readonly head: ReactNode
  /** The number of all rows, loaded or not. */
  readonly totalCount: number
}

/** Up to this many rows, the table renders all of them. */
const shortTable = 60

/**
 * A table of any length that scrolls with the page. Of a long one, only the visible rows are
 * rendered.
 */
export function VirtualTable({ label, head, totalCount, ...rows }: VirtualTableProps) {
  const { rowCount } = rows
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={totalCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      {rowCount <= shortTable && rowCount === totalCount ? (
        <FirstRows {...rows} count={rowCount} />
      ) : (
        <WindowedRows {...rows} />
      )}
    </table>
  )
}

/** The first rows, until the code that renders only the visible ones has loaded. */
function rowsInFirstView(rows: RowsProps) {
  const inView = Math.ceil(window.innerHeight / rows.rowHeight)
  return <FirstRows {...rows} count={Math.min(rows.rowCount, inView)} />
}

const FirstRows = ({ count, renderRow }: RowsProps & { readonly count: number }) => (
  <tbody>{Array.from({ length: count }, (_, row) => renderRow(row))}</tbody>
)
