import { byBytes, causeLook, type Amount } from './causes.ts'
import classes from './cause-list.module.css'
import { ByteSize } from '#web/entities/byte-size.tsx'

interface CauseListProps {
  readonly amounts: Readonly<Record<string, Amount>>
}

/** Bytes by cause in one line that wraps, largest first, each with its colour of the chart. */
export function CauseList({ amounts }: CauseListProps) {
  return (
    <ul className={classes.root}>
      {byBytes(amounts).map(([cause, { bytes }]) => (
        <li key={cause} className={classes.item}>
          <CauseDot cause={cause} /> {causeLook(cause).label} <ByteSize bytes={bytes} />
        </li>
      ))}
    </ul>
  )
}

export const CauseDot = ({ cause }: { readonly cause: string }) => (
  <ColorDot color={causeLook(cause).color} />
)

export const ColorDot = ({ color }: { readonly color: string }) => (
  <span className={classes.dot} style={{ backgroundColor: color }} aria-hidden />
)
