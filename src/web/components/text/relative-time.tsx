import { formatLocalTime, formatRelativeTime, formatUtcTime } from './format-time.ts'
import { Hint } from '../feedback/hint.tsx'
import { useNow } from './use-now.ts'

interface RelativeTimeProps {
  readonly at: string
  /** What else the tooltip says. */
  readonly note?: string | undefined
  readonly className?: string
}

/** An instant of the API, relative to now; the tooltip has the exact local and UTC time. */
export function RelativeTime({ at, note, className }: RelativeTimeProps) {
  const nowMs = useNow()
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) return <span className={className}>{at}</span>
  return (
    <Hint className={className} label={<ExactTime atMs={atMs} note={note} />}>
      <time dateTime={at}>{formatRelativeTime(atMs, nowMs)}</time>
    </Hint>
  )
}

/** A component, so that the exact time is computed only when the tooltip opens. */
const ExactTime = ({ atMs, note }: { atMs: number; note?: string | undefined }) => (
  <>
    {note && <div>{note}</div>}
    {formatLocalTime(atMs)}
    <br />
    {formatUtcTime(atMs)}
  </>
)
