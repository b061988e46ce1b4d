import {
  parseSchedule,
  type Schedule,
  type ScheduleRefusal,
} from '#domain/schedule/cron-expression.ts'
import {
  exampleSchedule,
  presetOf,
  schedulePresets,
  type SchedulePresetId,
} from '#domain/schedule/presets.ts'
import { fieldKinds, type ScheduleFieldName } from '#domain/schedule/cron-field.ts'

export type ScheduleFields = Readonly<Record<ScheduleFieldName, string>>
export type ScheduleChoice = SchedulePresetId | 'custom'

/**
 * A schedule while it is edited. The text and the four fields always agree; while the text cannot
 * be split into fields (an incomplete shortcut, too many fields), the fields are empty.
 */
export interface ScheduleDraft {
  readonly choice: ScheduleChoice
  /** Empty for `never`. */
  readonly text: string
  readonly fields: ScheduleFields
}

export const scheduleFieldNames = Object.keys(fieldKinds) as readonly ScheduleFieldName[]
const noFields: ScheduleFields = { hour: '', dayOfMonth: '', month: '', dayOfWeek: '' }

function fieldsOf(text: string): ScheduleFields {
  const words = text.trim().split(/\s+/)
  if (words.some((word) => word.startsWith('@'))) {
    const parsed = parseSchedule(text)
    return parsed.ok ? parsed.value.fields : noFields
  }
  if (words[0] === '' || words.length > scheduleFieldNames.length) return noFields
  const [hour = '*', dayOfMonth = '*', month = '*', dayOfWeek = '*'] = words
  return { hour, dayOfMonth, month, dayOfWeek }
}

/** `@midnight` is the daily preset too; a text that cannot be parsed is a custom schedule. */
function choiceOf(text: string): ScheduleChoice {
  const parsed = parseSchedule(text)
  return (parsed.ok ? presetOf(parsed.value.text) : null) ?? 'custom'
}

/** @param schedule as the server sends it; null: never */
export const draftOf = (schedule: string | null): ScheduleDraft =>
  schedule === null
    ? { choice: 'never', text: '', fields: noFields }
    : { choice: choiceOf(schedule), text: schedule, fields: fieldsOf(schedule) }

export const withText = (text: string): ScheduleDraft => ({
  choice: choiceOf(text),
  text,
  fields: fieldsOf(text),
})

/** An empty field means `*`, so that a person can clear a field before typing another value. */
export function withField(
  draft: ScheduleDraft,
  name: ScheduleFieldName,
  value: string,
): ScheduleDraft {
  const fields = { ...draft.fields, [name]: value.replaceAll(/\s/g, '') }
  const text = scheduleFieldNames.map((each) => fields[each] || '*').join(' ')
  return { choice: choiceOf(text), text, fields }
}

/** Choosing `custom` keeps the current text as a start. */
export function withChoice(draft: ScheduleDraft, choice: ScheduleChoice): ScheduleDraft {
  if (choice === 'custom') return { ...withText(draft.text || exampleSchedule), choice }
  return draftOf(schedulePresets.find((preset) => preset.id === choice)?.schedule ?? null)
}

export type CheckedSchedule =
  | { readonly kind: 'never' }
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'mistake'; readonly refusal: ScheduleRefusal }

export function checkDraft({ choice, text }: ScheduleDraft): CheckedSchedule {
  if (choice === 'never') return { kind: 'never' }
  const parsed = parseSchedule(text)
  return parsed.ok
    ? { kind: 'schedule', schedule: parsed.value }
    : { kind: 'mistake', refusal: parsed.refusal }
}

/** Whether the draft means another schedule than the saved one: `@midnight` is `0 * * *`. */
export function differs(checked: CheckedSchedule, saved: string | null): boolean {
  if (checked.kind === 'mistake') return true
  if (checked.kind === 'never') return saved !== null
  const parsed = saved === null ? null : parseSchedule(saved)
  return !parsed?.ok || parsed.value.text !== checked.schedule.text
}
