import { countOf } from './count-of.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const steps: readonly { below: number; unit: string; ms: number }[] = [
  { below: hour, unit: 'minute', ms: minute },
  { below: 36 * hour, unit: 'hour', ms: hour },
  { below: 60 * day, unit: 'day', ms: day },
  { below: 730 * day, unit: 'month', ms: 30.44 * day },
  { below: Infinity, unit: 'year', ms: 365.25 * day },
]

/** "just now", "5 minutes ago", "in 6 hours". */
export function formatRelativeTime(atMs: number, nowMs: number): string {
  const difference = atMs - nowMs
  const distance = Math.abs(difference)
  // The caller's clock ticks every ten seconds, so what has just happened may seem to lie ahead.
  if (distance < 45_000) return difference > 11_000 ? 'in less than a minute' : 'just now'
  const step = steps.find(({ below }) => distance < below) ?? steps[0]!
  const amount = Math.max(1, Math.round(distance / step.ms))
  const words = countOf(amount, step.unit)
  return difference < 0 ? `${words} ago` : `in ${words}`
}

/** In the reader's own time zone, which the text names: "23 Nov 2026, 11:06:12 GMT+1". */
export const formatLocalTime = (atMs: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(atMs)

/** In the reader's own time zone: "23 Nov", with the year only if another 23 Nov is as near. */
export const formatShortDate = (atMs: number, nowMs: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(Math.abs(nowMs - atMs) > 180 * day && { year: 'numeric' }),
  }).format(atMs)

/** In the reader's own time zone: "11:06:12". For today. */
export const formatTimeOfDay = (atMs: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(atMs)

/** "2026-11-23 10:06:12 UTC". */
export const formatUtcTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** "42 s", "3 min 5 s", "2 h 10 min": how long something took or will take. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  if (durationMs < 950) return 'less than a second'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}

/**
 * Local and UTC time together, for text without a tooltip; only one where the reader's zone is UTC.
 */
export function formatExactTime(atMs: number): string {
  const local = formatLocalTime(atMs)
  return local.endsWith('UTC') ? local : `${local}, ${formatUtcTime(atMs)}`
}
