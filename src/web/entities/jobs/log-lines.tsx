import type { LogLine } from '#contract/jobs/collection-jobs.ts'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import classes from './log-lines.module.css'

const lineHeight = 22

const clockIn = (timeZone: string | undefined) =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZone,
  })

interface LogLinesProps {
  readonly lines: readonly LogLine[]
  readonly isUtc: boolean
}

/** The lines of a log; only the visible ones are rendered. */
export function LogLines({ lines, isUtc }: LogLinesProps) {
  const clock = useMemo(() => clockIn(isUtc ? 'UTC' : undefined), [isUtc])
  const box = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    getItemKey: (position) => lines[position]?.lineNum ?? position,
    overscan: 20,
  })
  return (
    // A person must be able to scroll it by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className={classes.box} role="group" aria-label="Log lines" tabIndex={0}>
      <div role="list" className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const line = lines[index]
          return (
            line && (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={lines.length}
                className={classes.line}
                data-level={line.level}
                style={{ transform: `translateY(${start}px)` }}
              >
                <time dateTime={line.time} className={classes.time}>
                  {clock.format(Date.parse(line.time))}
                </time>
                <span className={classes.level}>{line.level}</span>
                <span className={classes.data}>{line.data}</span>
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}
