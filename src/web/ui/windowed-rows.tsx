import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import classes from './virtual-table.module.css'

export interface RowsProps {
  readonly rowCount: number
  readonly rowHeight: number
  readonly renderRow: (index: number) => ReactNode
  readonly onEndReached?: (() => void) | undefined
}

const overscan = 12

/** The rows in view, with two empty ones that keep the place of the others. */
export function WindowedRows({ rowCount, rowHeight, renderRow, onEndReached }: RowsProps) {
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
    <tbody ref={body}>
      <Spacer height={before} />
      {rows.map(({ index }) => renderRow(index))}
      <Spacer height={after} />
    </tbody>
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
