import { observeWindowOffset, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { Spacer } from './spacer.tsx'

export interface RowsProps {
  /** The number of rows to render. */
  readonly rowCount: number
  readonly rowHeight: number
  /** Renders a `tr` with a height of `rowHeight`. */
  readonly renderRow: (index: number) => ReactNode
  /** Called when the last rows become visible. */
  readonly onEndReached?: (() => void) | undefined
}

/** Rows rendered above and below the visible ones. */
const overscan = 12

/** The element's distance from the top of the page, in pixels. */
function useTopInPage(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useEffect(() => {
    const look = (): void => {
      const inView = element.current?.getBoundingClientRect().top
      if (inView !== undefined) setTop(Math.round(inView + window.scrollY))
    }
    // Anything that appears above it makes the page longer.
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return top
}

/** The visible rows, with an empty row before and after them that take the space of the others. */
export function WindowedRows({ rowCount, rowHeight, renderRow, onEndReached }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const scrollMargin = useTopInPage(body)
  const virtualizer = useWindowVirtualizer({
    count: rowCount,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin,
    // Makes the first render contain the first rows.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    useFlushSync: false,
    // The virtualizer begins by scrolling to where the page was when the first render began, and
    // would take a person back who has scrolled since.
    observeElementOffset: (instance, look) => {
      look(window.scrollY, false)
      return observeWindowOffset(instance, look)
    },
  })
  // The virtualizer keeps a size once it has measured it.
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
