import type { Clock } from '#domain/time/clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** By how much two clocks may differ. */
const clockSlackMs = minuteMs

const inUnits = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

function ageInWords(ageMs: number): string {
  if (ageMs < 2 * hourMs) return inUnits(Math.floor(ageMs / minuteMs), 'minute')
  if (ageMs < 48 * hourMs) return inUnits(Math.floor(ageMs / hourMs), 'hour')
  return inUnits(Math.floor(ageMs / (24 * hourMs)), 'day')
}

function problemOfAge(
  whose: string,
  reportedAtMs: number,
  nowMs: number,
  maximumAgeMs: number,
): string | null {
  const ageMs = nowMs - reportedAtMs
  if (ageMs < -clockSlackMs) {
    return `${whose} has a report from the future: a clock is, or was, wrong; report again`
  }
  if (ageMs <= maximumAgeMs) return null
  return `${whose} last said ${ageInWords(ageMs)} ago what runs, and that is good for ${ageInWords(maximumAgeMs)}`
}

interface Dated {
  readonly cluster: string
  /** Another one for each report of the cluster. */
  readonly id: string
  readonly reportedAtMs: number
}

/**
 * Tells why a report cannot be relied on any more, as a sentence; null: it can. It remembers the
 * time: once the clock is set back, what came before looks younger than it is, so it counts no more.
 */
export function createReportAges(clock: Clock) {
  let latestMs = -Infinity
  /** The last report of each cluster. */
  const seen = new Map<string, string>()
  let doubted: ReadonlyMap<string, string> = new Map()
  return (whose: string, { cluster, id, reportedAtMs }: Dated, maximumAgeMs: number) => {
    const nowMs = clock.nowMs()
    if (nowMs < latestMs - clockSlackMs) doubted = new Map(seen)
    latestMs = nowMs
    seen.set(cluster, id)
    const problem = problemOfAge(whose, reportedAtMs, nowMs, maximumAgeMs)
    if (problem !== null || doubted.get(cluster) !== id) return problem
    return `the clock was set back since ${whose} said what runs, so how long ago is not known; report again`
  }
}
