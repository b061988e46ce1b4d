import { Group, TextInput } from '@mantine/core'
import type { Period } from './savings-range.ts'

interface RangeFieldsProps {
  readonly period: Period
  readonly onPeriod: (period: Period) => void
}

const dayMs = 24 * 60 * 60 * 1000

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-24`, in the reader's time zone. */
function dayOf(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** Midnight of a day in the reader's time zone, so many days later. Not a number: it is none. */
function startOf(day: string, later = 0): number {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).getTime()
}

/** The first and the last day of a chosen time, as text: for keys, and to be exact. */
export function RangeFields({ period, onPeriod }: RangeFieldsProps) {
  const lastMs = Math.max(period.fromMs, period.toMs - 1)
  const choose = (fromMs: number, toMs: number) => {
    if (toMs - fromMs >= dayMs / 2) onPeriod({ fromMs, toMs })
  }
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        size="xs"
        type="date"
        aria-label="First day"
        value={dayOf(period.fromMs)}
        max={dayOf(lastMs)}
        onChange={({ currentTarget }) => choose(startOf(currentTarget.value), period.toMs)}
      />
      –
      <TextInput
        size="xs"
        type="date"
        aria-label="Last day"
        value={dayOf(lastMs)}
        min={dayOf(period.fromMs)}
        onChange={({ currentTarget }) => choose(period.fromMs, startOf(currentTarget.value, 1))}
      />
    </Group>
  )
}
