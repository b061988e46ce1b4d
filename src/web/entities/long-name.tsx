import { VisuallyHidden } from '@mantine/core'
import classes from './long-name.module.css'

/**
 * This many characters at the end are always shown, so that names that differ only there stay
 * distinct.
 */
const tailLength = 12
/** A name of up to this many characters fits and is never cut. */
const shortLength = tailLength + 6

/** A name that is cut in the middle where it does not fit, with the whole name in the tooltip. */
export function LongName({ text }: { readonly text: string }) {
  if (text.length <= shortLength) return text
  return (
    <span className={classes.root} title={text}>
      {/* Screen readers and the clipboard get one word. */}
      <VisuallyHidden>{text}</VisuallyHidden>
      <span aria-hidden className={classes.head}>
        {text.slice(0, -tailLength)}
      </span>
      <span aria-hidden className={classes.tail}>
        {text.slice(-tailLength)}
      </span>
    </span>
  )
}
