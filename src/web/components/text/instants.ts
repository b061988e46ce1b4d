/** `Tue 24 Nov 2026, 00:00`, in the given time zone or, without one, the reader's. */
export function describeInstant(instantMs: number, timeZone?: string): string {
  const { day, year, time } = partsOf(instantMs, timeZone)
  return `${day} ${year}, ${time}`
}

/** The same, without the year if it is the current year. */
export function describeSoon(instantMs: number, nowMs: number, timeZone?: string): string {
  const { day, year, time } = partsOf(instantMs, timeZone)
  return year === partsOf(nowMs, timeZone).year ? `${day}, ${time}` : `${day} ${year}, ${time}`
}

function partsOf(instantMs: number, timeZone?: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(instantMs)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? ''
  return {
    day: `${part('weekday')} ${part('day')} ${part('month')}`,
    year: part('year'),
    time: `${part('hour')}:${part('minute')}`,
  }
}

/** `02:00`, in the reader's time zone. */
export const localTime = (instantMs: number): string => partsOf(instantMs).time

/** `Tue 24 Nov 2026, 00:00 Europe/Berlin`: for where a time stands beside others. */
export const describeHere = (instantMs: number): string =>
  `${describeInstant(instantMs)} ${isLocalUtc() ? 'UTC' : localZone()}`

export const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** True if a second column of local times would repeat the UTC times. */
export const isLocalUtc = (): boolean => ['UTC', 'Etc/UTC', 'GMT'].includes(localZone())
