import { formatLocalTime, formatRelativeTime, formatUtcTime } from './format-time.ts'
import { Hint } from '../feedback/hint.tsx'
import { useNow } from './use-now.ts'

/** An instant of the API, relative to now; the tooltip has the exact local and UTC time. */
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

/** A component, so that the exact time is computed only when the tooltip opens. */
const ExactTime = ({ atMs }: { atMs: number }) => (
  <>
    {formatLocalTime(atMs)}
    <br />
    {formatUtcTime(atMs)}
  </>
)
