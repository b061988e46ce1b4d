import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react'
import { isUnreachable, messageOf } from '#web/api/api-error.ts'
import classes from './state.module.css'

interface ErrorStateProps {
  /** What failed: "Couldn’t load the repositories". */
  readonly title: string
  readonly error: unknown
  /** What only those need who look for the cause. */
  readonly detail?: string
  readonly onRetry: () => void
  readonly retryLabel?: string
  readonly isRetrying?: boolean
  /** It stands on the page itself, and not in the frame of a list. */
  readonly isFramed?: boolean
}

/** Shown in place of what could not be loaded, with the server's own words. */
export function ErrorState({
  title,
  error,
  detail,
  onRetry,
  retryLabel = 'Try again',
  isRetrying = false,
  isFramed = false,
}: ErrorStateProps) {
  const Icon = isUnreachable(error) ? IconPlugConnectedX : IconAlertTriangle
  return (
    <div className={classes.root} role="alert" data-framed={isFramed || undefined}>
      <div className={classes.icon} aria-hidden>
        <Icon size={28} stroke={1.5} />
      </div>
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.text}>{messageOf(error)}</p>
      {detail !== undefined && (
        <details className={classes.text}>
          <summary>Details</summary>
          <code>{detail}</code>
        </details>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onRetry} loading={isRetrying}>
          {retryLabel}
        </Button>
      </div>
    </div>
  )
}
