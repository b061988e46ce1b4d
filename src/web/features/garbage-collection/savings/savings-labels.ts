import { describeHere } from '../instants.ts'
import type { BucketSize } from './savings-buckets.ts'

const format = (at: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', options).format(Date.parse(at))

const monthOf = (at: string): string =>
  format(at, { month: 'short', year: 'numeric', timeZone: 'UTC' })

/** Under a bar: `23 Nov`, `Nov 2026`. A run is in local time, a day and a month in UTC. */
export const shortBucket = (at: string, size: BucketSize): string =>
  size === 'month'
    ? monthOf(at)
    : format(at, {
        day: 'numeric',
        month: 'short',
        ...(size === 'day' ? { timeZone: 'UTC' } : {}),
      })

/** Above the figures of a bar: `Mon 23 Nov 2026, 01:00 Europe/Berlin`, `23 November 2026`, `Nov 2026`. */
export function describeBucket(at: string, size: BucketSize): string {
  if (size === 'run') return describeHere(Date.parse(at))
  return size === 'month' ? monthOf(at) : format(at, { dateStyle: 'long', timeZone: 'UTC' })
}
