import type { WirePolicy } from '#contract/garbage-collection.ts'
import { Alert, Button, Divider, Group, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { messageOf } from '#web/api/api-error.ts'
import { showToast } from '#web/components/feedback/toast.tsx'
import { saveSettings, type CollectionSettings } from '../mutations.ts'
import { checkPolicy, isSamePolicy, policyDraftOf, type PolicyDraft } from './policy-draft.ts'
import { PolicyFields } from './policy-fields.tsx'
import { checkDraft, differs, draftOf, type ScheduleDraft } from '../schedule/schedule-draft.ts'
import { ScheduleInput } from '../schedule/schedule-input.tsx'

interface SettingsFormProps {
  /** The saved schedule; null: never. */
  readonly schedule: string | null
  readonly policy: WirePolicy
  /** A collection is running, so another cannot start. */
  readonly isRunning: boolean
  /** Called after everything is saved with `Save and start`. */
  readonly onStart: () => void
}

/** The schedule and the policy. Fields that the person has not edited follow what others save. */
export function SettingsForm({ schedule, policy, isRunning, onStart }: SettingsFormProps) {
  const [editedSchedule, setSchedule] = useState<ScheduleDraft | null>(null)
  const [editedPolicy, setPolicy] = useState<PolicyDraft | null>(null)
  const save = useMutation(saveSettings(useQueryClient()))

  const scheduleDraft = editedSchedule ?? draftOf(schedule)
  const policyDraft = editedPolicy ?? policyDraftOf(policy)
  const checkedSchedule = checkDraft(scheduleDraft)
  const checkedPolicy = checkPolicy(policyDraft, policy)

  const isScheduleChanged = differs(checkedSchedule, schedule)
  const isPolicyChanged = checkedPolicy.ok && !isSamePolicy(checkedPolicy.policy, policy)
  const isRight = checkedSchedule.kind !== 'mistake' && checkedPolicy.ok
  const isSavable = isRight && (isScheduleChanged || isPolicyChanged)

  const submit = (afterwards?: () => void) => {
    if (!isSavable) return
    const settings: CollectionSettings = {
      ...(isScheduleChanged
        ? { schedule: checkedSchedule.kind === 'schedule' ? scheduleDraft.text : null }
        : {}),
      ...(isPolicyChanged ? { policy: checkedPolicy.policy } : {}),
    }
    save.mutate(settings, {
      onSuccess: () => {
        setSchedule(null)
        setPolicy(null)
        showToast('Garbage collection settings saved')
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
      <Stack gap="md">
        <ScheduleInput draft={scheduleDraft} checked={checkedSchedule} onChange={setSchedule} />
        <Divider />
        <PolicyFields
          draft={policyDraft}
          mistakes={checkedPolicy.ok ? {} : checkedPolicy.mistakes}
          onChange={setPolicy}
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
          <Button
            variant="default"
            disabled={!isSavable || isRunning || save.isPending}
            onClick={() => submit(onStart)}
          >
            Save and start
          </Button>
          {(editedSchedule !== null || editedPolicy !== null) && (
            <Button
              variant="subtle"
              color="gray"
              disabled={save.isPending}
              onClick={() => {
                setSchedule(null)
                setPolicy(null)
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
