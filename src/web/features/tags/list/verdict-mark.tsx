import type { TagVerdict, WireTagVerdicts } from '#contract/rules/verdicts.ts'
import { Badge } from '@mantine/core'
import { Hint } from '#web/components/feedback/hint.tsx'
import { formatLocalTime } from '#web/components/text/format-time.ts'

interface VerdictMarkProps {
  readonly verdict: TagVerdict
  readonly nextRunAt: WireTagVerdicts['nextRunAt']
}

/** What cleaning would do to a tag. What no rule is about has no mark; protected tags have their own. */
export function VerdictMark({ verdict: { verdict, reason }, nextRunAt }: VerdictMarkProps) {
  if (verdict !== 'removed' && verdict !== 'kept') return null
  const when =
    nextRunAt === null
      ? 'Cleaning is not scheduled'
      : `Next cleaning: ${formatLocalTime(Date.parse(nextRunAt))}`
  return (
    <Hint
      label={
        <>
          {reason}
          {verdict === 'removed' && <div>{when}</div>}
        </>
      }
    >
      <Badge color={verdict === 'removed' ? 'ember' : 'gray'} size="xs" variant="light">
        {verdict === 'removed' ? 'would go' : 'kept'}
      </Badge>
    </Hint>
  )
}
