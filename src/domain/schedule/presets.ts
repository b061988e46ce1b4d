/** Once a week, at an hour with few pushes. */
export const weeklySchedule = '1 * * 6'

/** The schedules that a person can choose without writing fields. Only this file spells them. */
export const schedulePresets = [
  { id: 'never', schedule: null },
  { id: 'hourly', schedule: '* * * *' },
  { id: 'daily', schedule: '0 * * *' },
  { id: 'saturday', schedule: weeklySchedule },
  { id: 'sunday', schedule: '1 * * 0' },
  { id: 'monthly', schedule: '0 1 * *' },
] as const

export type SchedulePresetId = (typeof schedulePresets)[number]['id']

/** The preset with this canonical text; null for a custom schedule. */
export const presetOf = (schedule: string | null): SchedulePresetId | null =>
  schedulePresets.find((preset) => preset.schedule === schedule)?.id ?? null

/** The schedule that serves as an example and a start: nightly at midnight. */
export const exampleSchedule = '0 * * *'
