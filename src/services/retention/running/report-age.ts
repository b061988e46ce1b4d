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

/** Why a report cannot be relied on any more, as a sentence; null: it can. */
export function problemOfAge(
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
