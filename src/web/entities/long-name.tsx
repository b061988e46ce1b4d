import { VisuallyHidden } from '@mantine/core'
import classes from './long-name.module.css'

/** So many characters at the end always stay: names that differ only there must be told apart. */
const tailLength = 12
/** A name of up to so many characters has room where names stand. */
const shortLength = tailLength + 6

/** A name that is cut in its middle where it is too long, and shown whole when it is pointed at. */
export function LongName({ text }: { readonly text: string }) {
  if (text.length <= shortLength) return text
  return (
    <span className={classes.root} title={text}>
      {/* Read and copied as one word. */}
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
