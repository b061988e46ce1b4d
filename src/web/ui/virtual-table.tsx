import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import classes from './virtual-table.module.css'

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

const overscan = 12

/**
 * A table of any length in the page's own scroll: only the rows in view are in the document, with
 * two empty rows that keep the place of the others.
 */
export function VirtualTable({
  label,
  head,
  rowCount,
  totalCount,
  rowHeight,
  renderRow,
  onEndReached,
}: VirtualTableProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  // Without a list of what it depends on, for whatever appears above the table moves it. It ends,
  // since a state set to what it is renders nothing.
  // oxlint-disable-next-line react/exhaustive-deps
  useLayoutEffect(() => {
    const top = body.current?.getBoundingClientRect().top
    if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY))
  })

  const virtualizer = useWindowVirtualizer({
    count: rowCount,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin,
    useFlushSync: false,
  })
  // It keeps the sizes it has once been told.
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])

  const rows = virtualizer.getVirtualItems()
  const lastIndex = rows.at(-1)?.index ?? -1
  const isAtEnd = rowCount > 0 && lastIndex >= rowCount - 1
  useEffect(() => {
    if (isAtEnd) onEndReached?.()
  }, [isAtEnd, onEndReached])

  const before = (rows[0]?.start ?? scrollMargin) - scrollMargin
  const after = virtualizer.getTotalSize() - ((rows.at(-1)?.end ?? scrollMargin) - scrollMargin)
  return (
    <table className={classes.table} aria-label={label} aria-rowcount={totalCount + 1}>
      <thead className={classes.head}>
        <tr aria-rowindex={1}>{head}</tr>
      </thead>
      <tbody ref={body}>
        <Spacer height={before} />
        {rows.map(({ index }) => renderRow(index))}
        <Spacer height={after} />
      </tbody>
    </table>
  )
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className={classes.spacer}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- hidden, as its row is */}
      <td style={{ height }} />
    </tr>
  )
}
