import type { ComponentPropsWithRef } from 'react'
import classes from './icon-button.module.css'

interface IconButtonProps extends ComponentPropsWithRef<'button'> {
  /** What the button does: it has no visible text. */
  readonly 'aria-label': string
}

/**
 * A button with an icon, as cheap as the browser's own: a table has many rows with several each.
 */
export const IconButton = ({ className, ...others }: IconButtonProps) => (
  <button type="button" className={`${classes.root} ${className ?? ''}`} {...others} />
)
