import type { ReactNode } from 'react'
import classes from './policy-source.module.css'

interface PolicySourceProps {
  readonly label: string
  readonly children: ReactNode
}

/** The text of a policy, to read: as high as it may be, then it scrolls. */
export const PolicySource = ({ label, children }: PolicySourceProps) => (
  // A person must be able to scroll it by keyboard.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <pre className={classes.root} role="group" aria-label={label} tabIndex={0}>
    {children}
  </pre>
)
