import { expect, test } from 'vitest'
import { parseSchedule } from './cron-expression.ts'
import { presetOf, schedulePresets } from './presets.ts'

test('every preset is a schedule in canonical form, or none', () => {
  for (const { schedule } of schedulePresets) {
    if (schedule === null) continue
    expect(parseSchedule(schedule)).toMatchObject({ ok: true, value: { text: schedule } })
  }
})

test('a schedule is recognized as its preset', () => {
  expect(schedulePresets.map(({ schedule }) => presetOf(schedule))).toEqual(
    schedulePresets.map(({ id }) => id),
  )
  expect(presetOf('5 * * *')).toBeNull()
})
