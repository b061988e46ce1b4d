import { Paper, Skeleton } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import classes from './figure-card.module.css'

export interface FigureCardProps {
  readonly label: string
  /** Absent: not known yet. */
  readonly figure?: ReactNode
  readonly tone?: 'plain' | 'busy' | 'freed' | 'good' | 'bad'
  /** Why the figure is not known. */
  readonly error?: unknown
  readonly children?: ReactNode
  /** Below the details. */
  readonly footer?: ReactNode
}

/** One large figure with details in small print. */
export function FigureCard({
  label,
  figure,
  tone = 'plain',
  error,
  children,
  footer,
}: FigureCardProps) {
  const labelId = useId()
  return (
    <Paper withBorder className={classes.root} role="group" aria-labelledby={labelId}>
      <h2 className={classes.label} id={labelId}>
        {label}
      </h2>
      {figure === undefined ? (
        <Unknown error={error} />
      ) : (
        <>
          <div className={classes.figure} data-tone={tone}>
            {figure}
          </div>
          <div className={classes.details}>
            {children}
            {footer}
          </div>
        </>
      )}
    </Paper>
  )
}

function Unknown({ error }: { readonly error: unknown }) {
  if (error) {
    return (
      <>
        <div className={classes.figure}>–</div>
        <div className={classes.details}>{messageOf(error)}</div>
      </>
    )
  }
  return (
    <div aria-hidden>
      <Skeleton height={26} width="50%" mt={6} />
      <Skeleton height={12} width="85%" mt={12} />
    </div>
  )
}
