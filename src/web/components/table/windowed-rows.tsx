import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import classes from './virtual-table.module.css'

export interface RowsProps {
  /** How many rows there are to draw. */
  readonly rowCount: number
  readonly rowHeight: number
  /** A `tr`, `rowHeight` high, with `aria-rowindex` of index + 2. */
  readonly renderRow: (index: number) => ReactNode
  /** The last rows have come into view. */
  readonly onEndReached?: (() => void) | undefined
}

/** So many rows are drawn above and below those in view. */
const overscan = 12

/** How far an element is below the top of the page. */
function useTopInPage(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useEffect(() => {
    const look = (): void => {
      const inView = element.current?.getBoundingClientRect().top
      if (inView !== undefined) setTop(Math.round(inView + window.scrollY))
    }
    // Whatever appears above it makes the page longer.
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return top
}

/** The rows in view, with two empty ones that keep the place of the others. */
export function WindowedRows({ rowCount, rowHeight, renderRow, onEndReached }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const scrollMargin = useTopInPage(body)
  const virtualizer = useWindowVirtualizer({
    count: rowCount,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin,
    // So that the first rows are drawn at once.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
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
