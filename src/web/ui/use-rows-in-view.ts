import { useEffect, useState, type RefObject } from 'react'

/** From `first` to before `end`. */
export interface RowRange {
  readonly first: number
  readonly end: number
}

/** So many rows are drawn above and below those in view. */
const overscan = 12

/**
 * The rows of a body in the page's own scroll that are worth drawing; each is `rowHeight` high. At
 * first only those that fit the window, so that they are there soonest.
 */
export function useRowsInView(
  body: RefObject<HTMLElement | null>,
  rowCount: number,
  rowHeight: number,
): RowRange {
  const [range, setRange] = useState(() => ({
    first: 0,
    end: Math.ceil(window.innerHeight / rowHeight),
  }))

  useEffect(() => {
    const look = (): void => {
      if (body.current === null) return
      const aboveView = -body.current.getBoundingClientRect().top
      const first = Math.max(0, Math.floor(aboveView / rowHeight) - overscan)
      const end = Math.ceil((aboveView + window.innerHeight) / rowHeight) + overscan
      setRange((before) => (before.first === first && before.end === end ? before : { first, end }))
    }
    // Whatever appears above the body moves it, and makes the page longer.
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      observer.disconnect()
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [body, rowHeight])

  // Fewer rows than before: the page is about to scroll up to where they end.
  const end = Math.max(0, Math.min(range.end, rowCount))
  return { first: Math.max(0, Math.min(range.first, rowCount - (range.end - range.first))), end }
}
