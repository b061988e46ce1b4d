import { formatByteSize } from '#domain/values/byte-size.ts'
import { exactBytes } from '#web/entities/byte-size.tsx'
import { Hint } from '#web/components/feedback/hint.tsx'
import classes from './freed-bar.module.css'

interface FreedBarProps {
  readonly size: number
  readonly exclusiveSize: number
}

/** How much of an image is exclusive: the bar is the image, the coloured part is freed with it. */
export function FreedBar({ size, exclusiveSize }: FreedBarProps) {
  const share = size === 0 ? 0 : Math.min(1, exclusiveSize / size)
  return (
    <Hint className={classes.root} label={<HeldAlone size={size} exclusiveSize={exclusiveSize} />}>
      <span className={classes.bar} aria-hidden>
        <span
          className={classes.part}
          // A small share must stay visible.
          style={{ width: share === 0 ? 0 : `max(2px, ${share * 100}%)` }}
        />
      </span>
      <span className={classes.bytes}>{formatByteSize(exclusiveSize)}</span>
    </Hint>
  )
}

/** A component, so that the text is computed only when the tooltip opens. */
const HeldAlone = ({ size, exclusiveSize }: FreedBarProps) =>
  `${exactBytes(exclusiveSize)} of ${exactBytes(size)} are held by this image alone`
