import { scaleLinear, scaleTime } from 'd3-scale'
import type { Period } from './savings-range.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

export interface Tick {
  readonly value: number
  readonly label: string
}

/** Round ticks from 0 on, all in the unit of the largest; the last is at or above `maximum`. */
export function byteTicks(maximum: number, about = 4): readonly Tick[] {
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, maximum)) / 3)),
  )
  const unit = 1000 ** power
  const scale = scaleLinear([0, Math.max(1, maximum) / unit], [0, 1]).nice(about)
  // Bytes have no fractions.
  const values = scale.ticks(about).filter((value) => power > 0 || Number.isInteger(value))
  return values.map((value) => ({ value: value * unit, label: `${value} ${units[power]}` }))
}

const formatter = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options)

/** Round instants in the reader's time zone, as many as fit beside each other. */
export function timeTicks({ fromMs, toMs }: Period, width: number): readonly Tick[] {
  const lengthMs = toMs - fromMs
  const about = Math.max(3, Math.floor(width / 90))
  const ticks = scaleTime([fromMs, toMs], [0, width]).ticks(about)
  const stepMs = Number(ticks[1] ?? toMs) - Number(ticks[0] ?? fromMs)
  const format =
    stepMs < dayMs
      ? formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      : formatter(stepMs >= 27 * dayMs ? { month: 'short' } : { day: 'numeric', month: 'short' })
  const day = formatter({ day: 'numeric', month: 'short' })
  const year = formatter({ month: 'short', year: 'numeric' })
  return ticks.map((at, place) => {
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0
    const isNewYear = at.getMonth() === 0 && at.getDate() === 1
    const isLong = lengthMs > 180 * dayMs && (place === 0 || isNewYear)
    const by = stepMs < dayMs && isMidnight ? day : isLong && stepMs >= 27 * dayMs ? year : format
    return { value: at.getTime(), label: by.format(at) }
  })
}
