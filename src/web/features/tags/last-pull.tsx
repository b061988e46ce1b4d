import type { Tag } from '#contract/images/tags.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { formatLocalTime, formatShortDate } from '#web/components/text/format-time.ts'
import { useNow } from '#web/components/text/use-now.ts'
import { RelativeTime } from '#web/components/text/relative-time.tsx'

interface LastPullProps extends Pick<Tag, 'lastPulledAt' | 'lastPulledBy'> {
  /** Since when pulls are known; null: none are recorded, undefined: that is not known yet. */
  readonly since: string | null | undefined
}

/** When an image was last pulled, and what is not known of it: "none since 12 May 2026". */
export function LastPull({ lastPulledAt, lastPulledBy, since }: LastPullProps) {
  if (lastPulledAt) {
    return <RelativeTime at={lastPulledAt} note={lastPulledBy ? `by ${lastPulledBy}` : undefined} />
  }
  if (!since) return <Hint label="Pulls are not recorded">not known</Hint>
  return <NoneSince sinceMs={Date.parse(since)} />
}

function NoneSince({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useNow()
  return (
    <Hint label={`No pull was seen since ${formatLocalTime(sinceMs)}; before, none were recorded`}>
      none since {formatShortDate(sinceMs, nowMs)}
    </Hint>
  )
}
