import { ok, err, type Result } from '../values/result.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const units = { h: hourMs, d: dayMs, w: 7 * dayMs } as const
const names = { h: 'hour', d: 'day', w: 'week' } as const
type Unit = keyof typeof units

const pattern = /^([1-9]\d{0,4})([hdw])$/

/**
 * A time such as `12h`, `30d` or `2w`, in milliseconds. There is no `m`, which some read as minutes
 * and others as months.
 */
export function parseDuration(text: string): Result<number> {
  const [, count, unit] = pattern.exec(text) ?? []
  if (count === undefined || unit === undefined) {
    return err({
      code: 'INVALID_DURATION',
      message: `"${text}" is no time: write hours, days or weeks, such as 12h, 30d or 2w`,
    })
  }
  return ok(Number(count) * units[unit as Unit])
}

/** `12 hours`, `14 days`: in the largest unit up to days that has no fraction. */
export function durationInWords(durationMs: number): string {
  const unit: Unit = durationMs % dayMs === 0 ? 'd' : 'h'
  const count = Math.round(durationMs / units[unit])
  return `${count} ${names[unit]}${count === 1 ? '' : 's'}`
}
