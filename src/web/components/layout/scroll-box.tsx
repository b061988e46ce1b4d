import type { ReactNode } from 'react'
import classes from './scroll-box.module.css'

interface ScrollBoxProps {
  /** What scrolls: its accessible name. */
  readonly label: string
  /** In pixels; absent: it scrolls sideways only. */
  readonly maxHeight?: number
  readonly children: ReactNode
}

/** Wide or long contents, in a box that scrolls instead of the page. */
export const ScrollBox = ({ label, maxHeight, children }: ScrollBoxProps) => (
  // A person must be able to scroll it by keyboard.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div className={classes.root} style={{ maxHeight }} role="group" aria-label={label} tabIndex={0}>
    {children}
  </div>
)
