import { Paper, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from './panel.module.css'

interface PanelProps {
  /** The heading, and the name of the region. */
  readonly title: string
  /** Right of the heading. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One part of a page: a region with a heading. */
export function Panel({ title, actions, children }: PanelProps) {
  const headingId = useId()
  return (
    <Paper component="section" withBorder className={classes.root} aria-labelledby={headingId}>
      <div className={classes.head}>
        <Title order={2} id={headingId}>
          {title}
        </Title>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </Paper>
  )
}
