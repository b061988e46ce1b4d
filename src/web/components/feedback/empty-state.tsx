import type { ReactNode } from 'react'
import classes from './state.module.css'

interface EmptyStateProps {
  readonly title: string
  readonly icon?: ReactNode
  /** What the person can do next. */
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** It stands on the page itself, and not in the frame of a list. */
  readonly isFramed?: boolean
}

/** What an empty list shows: why it is empty, and what to do next. */
export function EmptyState({ title, icon, children, actions, isFramed = false }: EmptyStateProps) {
  return (
    <div className={classes.root} data-framed={isFramed || undefined}>
      {icon && (
        <div className={classes.icon} aria-hidden>
          {icon}
        </div>
      )}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
