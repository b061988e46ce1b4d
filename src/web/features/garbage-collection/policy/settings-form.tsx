import type { WirePolicy } from '#contract/jobs/policy.ts'
import { Alert, Button, Divider, Group, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SubmitEvent } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { UnsavedChanges } from '#web/components/form/unsaved-changes.tsx'
import { saveSettings, type CollectionSettings } from '../mutations.ts'
import { checkPolicy, isSamePolicy } from './policy-draft.ts'
import { PolicyFields } from './policy-fields.tsx'
import { checkDraft, differs } from '#web/entities/schedule/schedule-draft.ts'
import { ScheduleInput } from '#web/entities/schedule/schedule-input.tsx'
import { useSettingsForm } from './use-settings-form.ts'

interface SettingsFormProps {
  /** The saved schedule; null: never. */
  readonly schedule: string | null
  readonly policy: WirePolicy
  /** A collection is running, so another cannot start. */
  readonly isRunning: boolean
  readonly onSaved?: () => void
  /** Called after everything is saved with `Save and start`. */
  readonly onStart: () => void
}

/** The schedule and the policy. Fields that the person has not edited follow what others save. */
export function SettingsForm({ schedule, policy, isRunning, onSaved, onStart }: SettingsFormProps) {
  const { form, isEdited, discard } = useSettingsForm({ schedule, policy })
  const save = useMutation(saveSettings(useQueryClient()))

  const checkedSchedule = checkDraft(form.values.schedule)
  const checkedPolicy = checkPolicy(form.values.policy, policy)

  const isScheduleChanged = differs(checkedSchedule, schedule)
  const isPolicyChanged = checkedPolicy.ok && !isSamePolicy(checkedPolicy.policy, policy)
  const isRight = checkedSchedule.kind !== 'mistake' && checkedPolicy.ok
  const isSavable = isRight && (isScheduleChanged || isPolicyChanged)

  const submit = (afterwards?: () => void) => {
    if (!isSavable) return
    const settings: CollectionSettings = {
      ...(isScheduleChanged
        ? { schedule: checkedSchedule.kind === 'schedule' ? form.values.schedule.text : null }
        : {}),
      ...(isPolicyChanged ? { policy: checkedPolicy.policy } : {}),
    }
    save.mutate(settings, {
      onSuccess: () => {
        discard()
        showToast('Saved the garbage collection settings')
        onSaved?.()
        afterwards?.()
      },
    })
  }

  return (
    <form
      aria-label="Garbage collection settings"
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        submit()
      }}
    >
      <UnsavedChanges isChanged={isSavable || (isEdited && !isRight)} />
      <Stack gap="md">
        <ScheduleInput
          draft={form.values.schedule}
          checked={checkedSchedule}
          onChange={(draft) => form.setFieldValue('schedule', draft)}
        />
        <Divider />
        <PolicyFields form={form} mistakes={checkedPolicy.ok ? {} : checkedPolicy.mistakes} />
        {save.isError && (
          <Alert color="red" role="alert" title="Not saved">
            {messageOf(save.error)}
          </Alert>
        )}
        <Group gap="xs">
          <Button type="submit" disabled={!isSavable} loading={save.isPending}>
            Save
          </Button>
          <Button
            variant="default"
            disabled={!isSavable || isRunning || save.isPending}
            onClick={() => submit(onStart)}
          >
            Save and start
          </Button>
          {isEdited && (
            <Button
              variant="subtle"
              color="gray"
              disabled={save.isPending}
              onClick={() => {
                discard()
                save.reset()
              }}
            >
              Discard changes
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
