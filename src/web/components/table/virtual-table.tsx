import type { ReactNode } from 'react'
import { lazily } from '../layout/lazily.tsx'
import classes from './virtual-table.module.css'
import type { RowsProps } from './windowed-rows.tsx'

// Most lists are short, and drawing only what is in view is a good part of what a page would have
// to load first.
const WindowedRows = lazily(
  async () => (await import('./windowed-rows.tsx')).WindowedRows,
  rowsInFirstView,
)

interface VirtualTableProps extends RowsProps {
  /** What the table holds; its accessible name. */
  readonly label: string
  /** The cells of the head row; each with its width, for the layout is fixed. */
  readonly head: ReactNode
  /** How many there are in all, loaded or not. */
  readonly totalCount: number
}

/** So many rows are drawn whole. */
const shortTable = 60

/** A table of any length in the page's own scroll. Of a long one, only what is in view is drawn. */
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

/** Until the code for the others is there. */
function rowsInFirstView(rows: RowsProps) {
  const inView = Math.ceil(window.innerHeight / rows.rowHeight)
  return <FirstRows {...rows} count={Math.min(rows.rowCount, inView)} />
}

const FirstRows = ({ count, renderRow }: RowsProps & { readonly count: number }) => (
  <tbody>{Array.from({ length: count }, (_, row) => renderRow(row))}</tbody>
)
