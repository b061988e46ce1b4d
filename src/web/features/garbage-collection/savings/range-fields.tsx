import { Group, TextInput } from '@mantine/core'
import { dayOf, startOfDay } from '#web/components/text/days.ts'
import type { Period } from './savings-range.ts'

interface RangeFieldsProps {
  readonly period: Period
  readonly onPeriod: (period: Period) => void
}

const dayMs = 24 * 60 * 60 * 1000

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
        onChange={({ currentTarget }) => choose(startOfDay(currentTarget.value), period.toMs)}
      />
      –
      <TextInput
        size="xs"
        type="date"
        aria-label="Last day"
        value={dayOf(lastMs)}
        min={dayOf(period.fromMs)}
        onChange={({ currentTarget }) => choose(period.fromMs, startOfDay(currentTarget.value, 1))}
      />
    </Group>
  )
}
