import type { WireRetentionSettings } from '#contract/rules/retention-runs.ts'
import { Alert, Button, Checkbox, Divider, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { UnsavedChanges } from '#web/components/form/unsaved-changes.tsx'
import { checkDraft, differs, draftOf } from '#web/entities/schedule/schedule-draft.ts'
import { ScheduleInput } from '#web/entities/schedule/schedule-input.tsx'
import { saveSettings } from '../mutations.ts'
import {
  checkSettings,
  isSameSettings,
  settingsDraftOf,
  type SettingsDraft,
  type SettingsMistakes,
} from './settings-draft.ts'

interface SettingsFormProps {
  /** The saved schedule; null: never. */
  readonly schedule: string | null
  readonly settings: WireRetentionSettings
  readonly onSaved: () => void
}

/** When rules run, what holds a run, what counts as a pull, and who says what runs. */
export function SettingsForm({ schedule, settings, onSaved }: SettingsFormProps) {
  const [scheduleDraft, setScheduleDraft] = useState(() => draftOf(schedule))
  const [draft, setDraft] = useState(() => settingsDraftOf(settings))
  const save = useMutation(saveSettings(useQueryClient()))
  const checkedSchedule = checkDraft(scheduleDraft)
  const checked = checkSettings(draft)
  const isScheduleChanged = differs(checkedSchedule, schedule)
  const areChoicesChanged = !checked.ok || !isSameSettings(checked.choices, settings)
  const isChanged = isScheduleChanged || areChoicesChanged
  const isSavable = isChanged && checked.ok && checkedSchedule.kind !== 'mistake'
  const submit = () => {
    if (!isSavable || save.isPending) return
    save.mutate(
      {
        ...(isScheduleChanged
          ? { schedule: checkedSchedule.kind === 'schedule' ? scheduleDraft.text : null }
          : {}),
        ...(areChoicesChanged ? { choices: checked.choices } : {}),
      },
      {
        onSuccess: () => {
          showToast('Saved the settings of cleaning')
          onSaved()
        },
      },
    )
  }
  return (
    <form
      aria-label="Settings of cleaning"
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        submit()
      }}
    >
      <UnsavedChanges isChanged={isChanged && !save.isSuccess} />
      <Stack gap="md">
        <ScheduleInput
          draft={scheduleDraft}
          checked={checkedSchedule}
          onChange={setScheduleDraft}
          neverText="Rules run only when someone starts them with Run now."
        />
        <Divider />
        <SettingsFields
          draft={draft}
          mistakes={checked.ok ? {} : checked.mistakes}
          onChange={(changes) => setDraft({ ...draft, ...changes })}
        />
        {save.isError && (
          <Alert color="red" role="alert" title="Not saved">
            {messageOf(save.error)}
          </Alert>
        )}
        <Group gap="xs">
          <Button type="submit" disabled={!isSavable} loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface SettingsFieldsProps {
  readonly draft: SettingsDraft
  readonly mistakes: SettingsMistakes
  readonly onChange: (changes: Partial<SettingsDraft>) => void
}

function SettingsFields({ draft, mistakes, onChange }: SettingsFieldsProps) {
  const checkbox = (field: 'beforeCollections' | 'approveFirst' | 'isLimited' | 'headCounts') => ({
    checked: draft[field],
    onChange: (event: { readonly currentTarget: { readonly checked: boolean } }) =>
      onChange({ [field]: event.currentTarget.checked }),
  })
  const text = (
    field:
      | 'maximumShare'
      | 'maximumImages'
      | 'ignoredAccounts'
      | 'ignoredUserAgents'
      | 'maximumAgeMinutes'
      | 'clusters',
  ) => ({
    value: draft[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ [field]: event.currentTarget.value }),
    autoComplete: 'off',
    spellCheck: false,
  })
  return (
    <Stack gap="md">
      <Checkbox
        label="Also before each collection"
        description="Before collections that make their own plan. What goes is not for that collection: it is in the trash for 24 hours."
        {...checkbox('beforeCollections')}
      />
      <Checkbox
        label="A new or changed policy waits for approval"
        description="Its first run waits until an administrator has looked at what it would take."
        {...checkbox('approveFirst')}
      />
      <TextInput
        label="One run may take at most"
        description="Of the tags of a repository, and of all bytes; what is more waits for approval."
        w={260}
        rightSection="%"
        inputMode="numeric"
        error={mistakes.maximumShare}
        {...text('maximumShare')}
      />
      <Group gap="xs" align="flex-start">
        <Checkbox label="and at most so many images:" mt={8} {...checkbox('isLimited')} />
        <TextInput
          aria-label="Images"
          w={120}
          inputMode="numeric"
          disabled={!draft.isLimited}
          error={mistakes.maximumImages}
          {...text('maximumImages')}
        />
      </Group>
      <Divider label="What counts as a pull" labelPosition="left" />
      <Checkbox
        label="Requests for the headers alone (HEAD)"
        description="Nodes that have an image already ask no more than that when they start it again."
        {...checkbox('headCounts')}
      />
      <Textarea
        label="Not from these accounts"
        description="Scanners, one a line"
        rows={2}
        {...text('ignoredAccounts')}
      />
      <Textarea
        label="Not from clients with this in their name"
        description="A part of User-Agent, one a line"
        rows={2}
        error={mistakes.ignoredUserAgents}
        {...text('ignoredUserAgents')}
      />
      <Divider label="Who says what runs" labelPosition="left" />
      <TextInput
        label="A report counts for"
        description="While a report is older, nothing is cleaned by rule."
        w={260}
        rightSection="minutes"
        rightSectionWidth={72}
        inputMode="numeric"
        error={mistakes.maximumAgeMinutes}
        {...text('maximumAgeMinutes')}
      />
      <Textarea
        label="Clusters that have to report"
        description="One a line, and after a space the account that may report for it beside administrators"
        placeholder="prod prod-reporter"
        rows={3}
        error={mistakes.clusters}
        {...text('clusters')}
      />
    </Stack>
  )
}
