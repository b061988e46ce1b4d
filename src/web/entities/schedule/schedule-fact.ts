import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import { isLocalUtc, localTime } from '#web/components/text/instants.ts'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** One fact of the sentence, with the words that matter in the middle. */
export type Fact = readonly [before: string, strong: string, after?: string]

/** When a schedule starts something. */
export function scheduleFact({ fields, description, nextRuns }: WireSchedule): Fact {
  const [next] = nextRuns
  if (fields === null) return ['', 'No schedule', ': runs start only by hand']
  const simple = simpleDay(fields)
  if (simple === null || next === undefined) return ['', `${description ?? 'As scheduled'}, UTC`]
  const here = isLocalUtc() ? '' : ` (${localTime(Date.parse(next))} here)`
  return ['Every ', `${simple} UTC`, here]
}

/** `Saturday at 01:00`; null for a schedule that does not run once on some days of the week. */
function simpleDay({
  hour,
  dayOfMonth,
  month,
  dayOfWeek,
}: NonNullable<WireSchedule['fields']>): string | null {
  if (!/^\d+$/.test(hour) || dayOfMonth !== '*' || month !== '*') return null
  const day = dayOfWeek === '*' ? 'day' : /^\d$/.test(dayOfWeek) ? weekdays[+dayOfWeek % 7] : null
  return day === null || day === undefined ? null : `${day} at ${hour.padStart(2, '0')}:00`
}
