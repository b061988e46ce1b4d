import { useEffect, useRef, type ReactNode } from 'react'
import { useRowsInView } from './use-rows-in-view.ts'
import classes from './virtual-table.module.css'

interface RowsProps {
  /** How many rows there are to draw. */
  readonly rowCount: number
  readonly rowHeight: number
  /** A `tr`, `rowHeight` high, with `aria-rowindex` of index + 2. */
  readonly renderRow: (index: number) => ReactNode
  /** The last rows have come into view. */
  readonly onEndReached?: (() => void) | undefined
}

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
  const isShort = rows.rowCount <= shortTable && rows.rowCount === totalCount
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={totalCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      {isShort ? <tbody>{drawRows(rows, 0, rows.rowCount)}</tbody> : <RowsInView {...rows} />}
    </table>
  )
}

/** The rows in view, with two empty ones that keep the place of the others. */
function RowsInView(props: RowsProps) {
  const { rowCount, rowHeight, onEndReached } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const { first, end } = useRowsInView(body, rowCount, rowHeight)
  const isAtEnd = rowCount > 0 && end >= rowCount
  useEffect(() => {
    if (isAtEnd) onEndReached?.()
  }, [isAtEnd, onEndReached])
  return (
    <tbody ref={body}>
      <Spacer height={first * rowHeight} />
      {drawRows(props, first, end)}
      <Spacer height={(rowCount - end) * rowHeight} />
    </tbody>
  )
}

const drawRows = ({ renderRow }: RowsProps, first: number, end: number): ReactNode[] =>
  Array.from({ length: end - first }, (_, row) => renderRow(first + row))

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className={classes.spacer}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- hidden, as its row is */}
      <td style={{ height }} />
    </tr>
  )
}
