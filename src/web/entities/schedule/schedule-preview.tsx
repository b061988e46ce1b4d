import type { Schedule } from '#domain/schedule/cron-expression.ts'
import { nextRuns } from '#domain/schedule/next-runs.ts'
import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useNow } from '#web/components/text/use-now.ts'
import { describeSoon, isLocalUtc, localZone } from '#web/components/text/instants.ts'
import classes from './schedule-preview.module.css'

const shownRuns = 5

/** What a schedule means: one sentence, and its next runs, in UTC and local time. */
export function SchedulePreview({ schedule }: { readonly schedule: Schedule }) {
  const sentence = useSentence(schedule)
  const nowMs = useNow()
  const runs = nextRuns(schedule, nowMs, shownRuns)
  return (
    <>
      <Text fw={600} c="var(--mantine-primary-color-text, var(--mantine-color-anchor))">
        {sentence === '' ? '\u00a0' : `${sentence} (UTC)`}
      </Text>
      <table className={classes.runs}>
        <caption>Next runs</caption>
        <thead>
          <tr>
            <th scope="col">UTC</th>
            {!isLocalUtc() && <th scope="col">Here ({localZone()})</th>}
          </tr>
        </thead>
        <tbody>
          {runs.map((runMs) => (
            <tr key={runMs}>
              <td>{describeSoon(runMs, nowMs, 'UTC')}</td>
              {!isLocalUtc() && <td>{describeSoon(runMs, nowMs)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** The sentence comes from a library that the page does not wait for. */
function useSentence(schedule: Schedule): string {
  const [describe, setDescribe] = useState<((schedule: Schedule) => string) | null>(null)
  useEffect(() => {
    let isHere = true
    import('#domain/schedule/describe.ts').then(
      ({ describeSchedule }) => isHere && setDescribe(() => describeSchedule),
      // Without the library the next runs still show what the schedule means.
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [])
  return describe?.(schedule) ?? ''
}
