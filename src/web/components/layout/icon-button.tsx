import type { ComponentPropsWithRef } from 'react'
import classes from './icon-button.module.css'

interface IconButtonProps extends ComponentPropsWithRef<'button'> {
  /** What it does: there are no words on it. */
  readonly 'aria-label': string
}

/** A button with a picture, as light as the browser's own: rows have several, and rows are many. */
export const IconButton = ({ className, ...others }: IconButtonProps) => (
  <button type="button" className={`${classes.root} ${className ?? ''}`} {...others} />
)
