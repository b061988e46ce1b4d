import { Paper, Title } from '@mantine/core'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import classes from './panel.module.css'

interface PanelProps {
  /** The heading, and the accessible name of the region. */
  readonly title: string
  /**
   * The person has waited for this panel: its heading takes the focus if no other element has it.
   */
  readonly takesFocus?: boolean
  /** Shown right of the heading. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One part of a page: a region with a heading. */
export function Panel({ title, actions, takesFocus = false, children }: PanelProps) {
  const headingId = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (takesFocus && document.activeElement === document.body) heading.current?.focus()
  }, [takesFocus])
  return (
    <Paper component="section" withBorder className={classes.root} aria-labelledby={headingId}>
      <div className={classes.head}>
        <Title
          order={2}
          id={headingId}
          ref={heading}
          tabIndex={takesFocus ? -1 : undefined}
          className={classes.title}
        >
          {title}
        </Title>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </Paper>
  )
}
