import type { ScheduleRefusal } from '#domain/schedule/cron-expression.ts'
import { exampleSchedule } from '#domain/schedule/presets.ts'
import { fieldKinds } from '#domain/schedule/cron-field.ts'
import { WithCode } from '#web/components/text/with-code.tsx'
import { Anchor, Chip, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { Fragment, useRef } from 'react'
import {
  scheduleFieldNames,
  withChoice,
  withField,
  withText,
  type CheckedSchedule,
  type ScheduleChoice,
  type ScheduleDraft,
} from './schedule-draft.ts'
import { SchedulePreview } from './schedule-preview.tsx'

const choices: readonly { readonly id: ScheduleChoice; readonly label: string }[] = [
  { id: 'never', label: 'Never' },
  { id: 'hourly', label: 'Hourly' },
  { id: 'daily', label: 'Daily at midnight' },
  { id: 'saturday', label: 'Every Saturday 01:00' },
  { id: 'sunday', label: 'Every Sunday 01:00' },
  { id: 'monthly', label: 'Monthly' },
  { id: 'custom', label: 'Custom' },
]

const fieldLabels = {
  hour: 'Hour',
  dayOfMonth: 'Day of month',
  month: 'Month',
  dayOfWeek: 'Day of week',
} as const

interface ScheduleInputProps {
  readonly draft: ScheduleDraft
  readonly checked: CheckedSchedule
  readonly onChange: (draft: ScheduleDraft) => void
  /** What "never" means. */
  readonly neverText?: string
}

/** Presets, the four fields and the text, all showing the same schedule; and what it means. */
export function ScheduleInput({
  draft,
  checked,
  onChange,
  neverText = 'Collections start only by hand, with Run now.',
}: ScheduleInputProps) {
  const hour = useRef<HTMLInputElement>(null)
  const whole = useRef<HTMLInputElement>(null)
  const refusal = checked.kind === 'mistake' ? checked.refusal : null
  const choose = (id: string) => {
    const choice = choices.find((each) => each.id === id)?.id ?? 'custom'
    onChange(withChoice(draft, choice))
    if (choice === 'custom') hour.current?.focus()
  }
  return (
    <Stack gap="sm">
      <Chip.Group value={draft.choice} onChange={choose}>
        <Group gap={6} role="radiogroup" aria-label="How often">
          {choices.map(({ id, label }) => (
            <Chip key={id} value={id} radius="sm" variant="outline">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="xs" verticalSpacing="xs">
        {scheduleFieldNames.map((name) => (
          <TextInput
            key={name}
            ref={name === 'hour' ? hour : undefined}
            label={fieldLabels[name]}
            value={draft.fields[name]}
            placeholder={draft.choice === 'never' ? '' : '*'}
            error={refusal?.field === fieldKinds[name].label}
            aria-describedby={refusal ? 'schedule-meaning' : undefined}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange(withField(draft, name, event.currentTarget.value))}
          />
        ))}
      </SimpleGrid>
      <TextInput
        ref={whole}
        label="Schedule"
        description="At most four fields — hour, day, month, day of week, in UTC — or one shortcut such as @daily"
        value={draft.text}
        placeholder={draft.choice === 'never' ? 'never' : exampleSchedule}
        error={refusal !== null}
        aria-describedby="schedule-meaning"
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => onChange(withText(event.currentTarget.value))}
      />
      <div id="schedule-meaning" aria-live="polite">
        {checked.kind === 'never' && <Text c="dimmed">{neverText}</Text>}
        {checked.kind === 'mistake' && (
          <Mistake
            refusal={checked.refusal}
            onAccept={(text) => {
              onChange(withText(text))
              // The pressed suggestion goes with the mistake.
              whole.current?.focus()
            }}
          />
        )}
        {checked.kind === 'schedule' && <SchedulePreview schedule={checked.schedule} />}
      </div>
    </Stack>
  )
}

interface MistakeProps {
  readonly refusal: ScheduleRefusal
  readonly onAccept: (text: string) => void
}

function Mistake({ refusal, onAccept }: MistakeProps) {
  const { suggestions = [] } = refusal
  return (
    <Text c="var(--mantine-color-error)">
      <WithCode text={suggestions.length === 0 ? refusal.message : refusal.reason} />
      {suggestions.length > 0 && ' Did you mean '}
      {suggestions.map(({ text, reading }, position) => (
        <Fragment key={text}>
          {position > 0 && ' or '}
          <Anchor component="button" type="button" inherit onClick={() => onAccept(text)}>
            <code>{text}</code>
          </Anchor>
          {reading !== undefined && ` (${reading})`}
        </Fragment>
      ))}
      {suggestions.length > 0 && '?'}
    </Text>
  )
}
