import { Text } from '@mantine/core'
import { formatRelativeTime, formatTimeOfDay } from '#web/components/text/format-time.ts'
import { TimeWithHint } from '#web/components/text/relative-time.tsx'
import { useNow } from '#web/components/text/use-now.ts'

interface AsOfProps {
  readonly answer: { readonly asOf: string; readonly isCurrent: boolean }
}

/** Which moment an answer describes, while a newer one is being prepared; else nothing. */
export function AsOf({ answer: { asOf, isCurrent } }: AsOfProps) {
  const nowMs = useNow()
  if (isCurrent) return null
  const atMs = Date.parse(asOf)
  return (
    <Text size="xs" c="dimmed">
      As of <TimeWithHint at={asOf}>{formatTimeOfDay(atMs)}</TimeWithHint>,{' '}
      {formatRelativeTime(atMs, nowMs)}; looking again…
    </Text>
  )
}
