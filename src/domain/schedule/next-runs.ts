import type { Schedule } from './cron-expression.ts'
import { has, valuesOf } from './number-set.ts'

const hourMs = 3_600_000

/**
 * The rarest schedule, 29 February on one weekday, occurs again after at most 40 years (if a year
 * such as 2100 is no leap year).
 */
const longestGapMs = 41 * 366 * 24 * hourMs

/**
 * The next starts after an instant, without that instant itself. All in UTC.
 *
 * @param fromMs milliseconds since the epoch
 * @returns `count` instants in milliseconds since the epoch, soonest first; fewer only at the end
 *   of ECMAScript's calendar
 */
export function nextRuns(schedule: Schedule, fromMs: number, count: number): number[] {
  const hours = valuesOf(schedule.hours)
  const runs: number[] = []
  let horizonMs = fromMs + longestGapMs
  const day = new Date(fromMs)
  day.setUTCHours(0, 0, 0, 0)
  while (runs.length < count && day.getTime() <= horizonMs) {
    if (!has(schedule.months, day.getUTCMonth() + 1)) {
      day.setUTCMonth(day.getUTCMonth() + 1, 1)
      continue
    }
    if (dayMatches(schedule, day)) {
      for (const hour of hours) {
        const runMs = day.getTime() + hour * hourMs
        if (runMs > fromMs && runs.length < count) runs.push(runMs)
      }
      horizonMs = day.getTime() + longestGapMs
    }
    day.setUTCDate(day.getUTCDate() + 1)
  }
  return runs
}

function dayMatches(schedule: Schedule, day: Date): boolean {
  const inMonth = has(schedule.daysOfMonth, day.getUTCDate())
  const inWeek = has(schedule.daysOfWeek, day.getUTCDay())
  return schedule.eitherDay ? inMonth || inWeek : inMonth && inWeek
}
