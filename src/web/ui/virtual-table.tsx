import { lazy, Suspense, type ReactNode } from 'react'
import classes from './virtual-table.module.css'
import type { RowsProps } from './windowed-rows.tsx'

// Most lists are short, and drawing only what is in view is a good part of what a page would have
// to load first.
const WindowedRows = lazy(async () => ({
  default: (await import('./windowed-rows.tsx')).WindowedRows,
}))

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
  const { rowCount, rowHeight } = rows
  // Until the code for the others is there.
  const inFirstView = Math.min(rowCount, Math.ceil(window.innerHeight / rowHeight))
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={totalCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      {rowCount <= shortTable && rowCount === totalCount ? (
        <FirstRows {...rows} count={rowCount} />
      ) : (
        <Suspense fallback={<FirstRows {...rows} count={inFirstView} />}>
          <WindowedRows {...rows} />
        </Suspense>
      )}
    </table>
  )
}

const FirstRows = ({ count, renderRow }: RowsProps & { readonly count: number }) => (
  <tbody>{Array.from({ length: count }, (_, row) => renderRow(row))}</tbody>
)
