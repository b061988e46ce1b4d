import type { Tag } from '#contract/images/tags.ts'
import { Hint } from '#web/components/feedback/hint.tsx'
import { formatShortDate } from '#web/components/text/format-time.ts'
import { useNow } from '#web/components/text/use-now.ts'
import { RelativeTime, TimeWithHint } from '#web/components/text/relative-time.tsx'

interface LastPullProps extends Pick<Tag, 'lastPulledAt' | 'lastPulledBy'> {
  /** Since when pulls are known; null: none are recorded, undefined: that is not known yet. */
  readonly since: string | null | undefined
  /** A sentence says what it is about: "pulled 3 days ago", "no pull since 12 May 2026". */
  readonly as?: 'figure' | 'sentence'
}

/** When an image was last pulled, and what is not known of it: "none since 12 May 2026". */
export function LastPull({ lastPulledAt, lastPulledBy, since, as = 'figure' }: LastPullProps) {
  const isSentence = as === 'sentence'
  if (lastPulledAt) {
    const note = lastPulledBy ? `by ${lastPulledBy}` : undefined
    const when = <RelativeTime at={lastPulledAt} note={note} />
    return isSentence ? <>pulled {when}</> : when
  }
  if (!since) {
    return (
      <Hint label="Pulls are not recorded">{isSentence ? 'pulls not known' : 'not known'}</Hint>
    )
  }
  return <NoneSince none={isSentence ? 'no pull' : 'none'} since={since} />
}

function NoneSince({ none, since }: { readonly none: string; readonly since: string }) {
  const nowMs = useNow()
  return (
    <TimeWithHint at={since} note="No pull was seen since; before, none were recorded">
      {none} since {formatShortDate(Date.parse(since), nowMs)}
    </TimeWithHint>
  )
}
