import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { formatLocalTime, formatRelativeTime, formatUtcTime } from './format-time.ts'
import { Hint } from '../feedback/hint.tsx'
import { useNow } from './use-now.ts'

interface RelativeTimeProps {
  readonly at: string
  /** What else the tooltip says. */
  readonly note?: string | undefined
  /** The time is the link to this address. */
  readonly to?: string
  readonly className?: string
}

/** An instant of the API, relative to now. */
export function RelativeTime({ at, ...props }: RelativeTimeProps) {
  const nowMs = useNow()
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) return <span className={props.className}>{at}</span>
  return (
    <TimeWithHint at={at} {...props}>
      {formatRelativeTime(atMs, nowMs)}
    </TimeWithHint>
  )
}

/**
 * Short words for an instant. The exact local and UTC time is in the tooltip, for the pointer, for
 * the keyboard, and as the description that screen readers say.
 */
export function TimeWithHint({
  at,
  note,
  to,
  className,
  children,
}: RelativeTimeProps & { readonly children: ReactNode }) {
  return (
    <Hint className={className} label={<ExactTime atMs={Date.parse(at)} note={note} />}>
      {to === undefined ? (
        // The exact time is for the keyboard too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <time dateTime={at} tabIndex={0}>
          {children}
        </time>
      ) : (
        <Anchor component={Link} to={to} inherit>
          <time dateTime={at}>{children}</time>
        </Anchor>
      )}
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
