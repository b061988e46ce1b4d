import { formatLocalTime, formatRelativeTime, formatUtcTime } from './format-time.ts'
import { Hint } from '../feedback/hint.tsx'
import { useNow } from './use-now.ts'

/** An instant of the wire, told from now; exact, here and in UTC, in the tooltip. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const nowMs = useNow()
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) return <span className={className}>{at}</span>
  return (
    <Hint className={className} label={<ExactTime atMs={atMs} />}>
      <time dateTime={at}>{formatRelativeTime(atMs, nowMs)}</time>
    </Hint>
  )
}

/** A component, so that it is worked out only for the time that is pointed at. */
const ExactTime = ({ atMs }: { atMs: number }) => (
  <>
    {formatLocalTime(atMs)}
    <br />
    {formatUtcTime(atMs)}
  </>
)
