import { useId, type ReactNode } from 'react'
import classes from './storage-card.module.css'

interface StorageCardProps {
  readonly title: string
  readonly note?: ReactNode
  readonly children?: ReactNode
}

/** The frame of a storage strip. It has the same height before the figures arrive. */
export function StorageCard({ title, note, children }: StorageCardProps) {
  const titleId = useId()
  return (
    <section className={classes.root} aria-labelledby={titleId}>
      <div className={classes.head}>
        <h2 className={classes.title} id={titleId}>
          {title}
        </h2>
        <p className={classes.note}>{note}</p>
      </div>
      <div className={classes.body}>{children ?? <div className={classes.bone} aria-hidden />}</div>
    </section>
  )
}
