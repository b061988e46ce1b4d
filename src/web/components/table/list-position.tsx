import { useEffect, useState } from 'react'
import { formatCount } from '../text/count-of.ts'

interface ListPositionProps {
  /** The accessible name of the table. */
  readonly label: string
}

interface Seen {
  readonly first: number
  readonly last: number
}

/** The head is the first row. */
const numberOf = (row: Element | undefined): number =>
  Number(row?.getAttribute('aria-rowindex')) - 1

/** The rows of a table that are in sight, counted from 1; null: none, or all of them. */
function rowsInSight(label: string): Seen | null {
  const table = document.querySelector(`table[aria-label="${CSS.escape(label)}"]`)
  const top = table?.querySelector('thead')?.getBoundingClientRect().bottom ?? 0
  const seen = [...(table?.querySelectorAll('tbody [aria-rowindex]') ?? [])].filter((row) => {
    const { top: from, bottom: to } = row.getBoundingClientRect()
    const middle = (from + to) / 2
    return middle > top && middle < window.innerHeight
  })
  if (seen.length === 0 || seen.length === Number(table?.getAttribute('aria-rowcount')) - 1) {
    return null
  }
  return { first: numberOf(seen[0]), last: numberOf(seen.at(-1)) }
}

/** "134–152 of ": where a person is in a long table. Screen readers read it from the rows. */
export function ListPosition({ label }: ListPositionProps) {
  const [seen, setSeen] = useState<Seen | null>(null)
  useEffect(() => {
    let frame = 0
    const look = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const next = rowsInSight(label)
        setSeen((before) =>
          before?.first === next?.first && before?.last === next?.last ? before : next,
        )
      })
    }
    look()
    // Rows are rendered after the scrolling that brings them into sight.
    const observer = new MutationObserver(look)
    observer.observe(document.querySelector('main') ?? document.body, {
      childList: true,
      subtree: true,
    })
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [label])
  return (
    seen && (
      <span aria-hidden>
        {formatCount(seen.first)}–{formatCount(seen.last)} of{' '}
      </span>
    )
  )
}
