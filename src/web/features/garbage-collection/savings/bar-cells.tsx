import { useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react'
import { Link } from 'react-router'
import { paths } from '#web/api/page-paths.ts'
import type { BarPlace, ChartFrame } from './chart-frame.ts'
import { onlyRunOf, type SavingsBar } from './savings-bars.ts'
import classes from './savings-chart.module.css'
import type { Period } from './savings-range.ts'
import { barName } from './savings-words.ts'

interface BarCellsProps {
  readonly bars: readonly SavingsBar[]
  readonly places: readonly BarPlace[]
  readonly frame: ChartFrame
  readonly active: number | null
  readonly onActive: (bar: number | null) => void
  /** A bar of several runs was chosen. */
  readonly onPeriod: (period: Period) => void
}

/** Where each key leads from one of `count` bars. */
function target(key: string, from: number, count: number): number | null {
  if (key === 'ArrowRight') return Math.min(count - 1, from + 1)
  if (key === 'ArrowLeft') return Math.max(0, from - 1)
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}

/**
 * The bars for pointers, keys and screen readers: each is a link to its run, or a button that shows
 * its runs. One of them takes part in the order of Tab; arrows lead to the others.
 */
export function BarCells({ bars, places, frame, active, onActive, onPeriod }: BarCellsProps) {
  const root = useRef<SVGGElement>(null)
  const [entry, setEntry] = useState<number | null>(null)
  /** Where a finger was put down: the first time it shows the figures, the second it opens. */
  const touched = useRef<number | null>(null)
  const inOrder = Math.min(entry ?? bars.length - 1, bars.length - 1)

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape') return onActive(null)
    const next = target(event.key, active ?? inOrder, bars.length)
    if (next === null) return
    event.preventDefault()
    root.current?.querySelectorAll<SVGElement>('[data-cell]')[next]?.focus()
  }

  return (
    <g ref={root} onKeyDown={onKeyDown}>
      {bars.map((bar, at) => {
        const place = places[at]
        const run = onlyRunOf(bar)
        if (!place) return null
        const isFirstTouch = (event: MouseEvent) => {
          const isFirst = touched.current !== null && touched.current !== active
          if (isFirst) event.preventDefault()
          return isFirst
        }
        const shared = {
          className: classes.cell,
          'data-cell': true,
          'data-active': at === active || undefined,
          tabIndex: at === inOrder ? 0 : -1,
          'aria-label': barName(bar),
          onFocus: () => {
            setEntry(at)
            onActive(at)
          },
          onBlur: () => onActive(null),
          onPointerDown: ({ pointerType }: PointerEvent) => {
            touched.current = pointerType === 'touch' && active !== at ? at : null
          },
          onPointerEnter: ({ pointerType }: PointerEvent) => {
            if (pointerType !== 'touch') onActive(at)
          },
        }
        const cell = (
          <rect
            x={place.cellLeft}
            width={Math.max(0, place.cellRight - place.cellLeft)}
            y={frame.top}
            height={frame.lane + 9 - frame.top}
          />
        )
        const onTouch = (event: MouseEvent): boolean => {
          if (!isFirstTouch(event)) return false
          touched.current = null
          onActive(at)
          return true
        }
        return run ? (
          <Link
            key={run.jobID}
            to={paths.collectionRun(run.jobID)}
            draggable={false}
            {...shared}
            onClick={onTouch}
          >
            {cell}
          </Link>
        ) : (
          <g
            key={bar.fromMs}
            role="button"
            {...shared}
            onClick={(event) => {
              if (!onTouch(event)) onPeriod(bar)
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return
              event.preventDefault()
              onPeriod(bar)
            }}
          >
            {cell}
          </g>
        )
      })}
    </g>
  )
}
