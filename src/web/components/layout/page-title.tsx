import { Title } from '@mantine/core'
import { use, useEffect, useRef, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { InitialLocation } from './initial-location.ts'
import classes from './page-title.module.css'

interface PageTitleProps {
  /** Also the title of the document. */
  readonly title: string
  readonly description?: ReactNode
  /** Buttons to the right of the title. */
  readonly actions?: ReactNode
}

/**
 * A page's heading. It sets the document's title, and takes the focus when a link opens the page,
 * so that a screen reader announces the page and the next Tab starts there.
 */
export function PageTitle({ title, description, actions }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const isFirstPage = useLocation().key === use(InitialLocation)
  useEffect(() => {
    document.title = `${title} · Jetsam`
  }, [title])
  useEffect(() => {
    if (isFirstPage) return
    const { activeElement } = document
    // Only when the navigation left the focus nowhere, or on the link that was followed.
    const isFree = activeElement === null || activeElement === document.body
    if (isFree || activeElement.closest('a, [role="menuitem"]') !== null) {
      heading.current?.focus({ preventScroll: true })
    }
    // A change of the address within one page, such as a filter, is no navigation.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [title])
  return (
    <header className={classes.root}>
      <div className={classes.words}>
        <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </Title>
        {description && <div className={classes.description}>{description}</div>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  )
}
