import { formatByteSize } from '#domain/values/byte-size.ts'
import { exactBytes } from '#web/entities/byte-size.tsx'
import { Hint } from '#web/components/feedback/hint.tsx'
import classes from './freed-bar.module.css'

interface FreedBarProps {
  readonly size: number
  readonly exclusiveSize: number
}

/** How much of an image no other image holds: the bar is the image, its coloured part what goes. */
export function FreedBar({ size, exclusiveSize }: FreedBarProps) {
  const share = size === 0 ? 0 : Math.min(1, exclusiveSize / size)
  return (
    <Hint className={classes.root} label={<HeldAlone size={size} exclusiveSize={exclusiveSize} />}>
      <span className={classes.bar} aria-hidden>
        <span
          className={classes.part}
          // A sliver is still seen: something is freed.
          style={{ width: share === 0 ? 0 : `max(2px, ${share * 100}%)` }}
        />
      </span>
      <span className={classes.bytes}>{formatByteSize(exclusiveSize)}</span>
    </Hint>
  )
}

/** A component, so that it is worked out only for the bar that is pointed at. */
const HeldAlone = ({ size, exclusiveSize }: FreedBarProps) =>
  `${exactBytes(exclusiveSize)} of ${exactBytes(size)} are held by this image alone`
