/** Once a week, when few push. */
export const weeklySchedule = '1 * * 6'

/** The schedules that a person can choose without writing fields. This file alone spells them. */
export const schedulePresets = [
  { id: 'never', schedule: null },
  { id: 'hourly', schedule: '* * * *' },
  { id: 'daily', schedule: '0 * * *' },
  { id: 'saturday', schedule: weeklySchedule },
  { id: 'sunday', schedule: '1 * * 0' },
  { id: 'monthly', schedule: '0 1 * *' },
] as const

export type SchedulePresetId = (typeof schedulePresets)[number]['id']

/** The preset that a schedule is, by its canonical text; null when it is a custom one. */
export const presetOf = (schedule: string | null): SchedulePresetId | null =>
  schedulePresets.find((preset) => preset.schedule === schedule)?.id ?? null

/** The schedule that a person is shown as an example, and begins with: nightly at midnight. */
export const exampleSchedule = '0 * * *'
