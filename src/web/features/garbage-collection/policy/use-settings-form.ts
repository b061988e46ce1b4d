import type { WirePolicy } from '#contract/jobs/policy.ts'
import { useForm } from '@mantine/form'
import { useLayoutEffect } from 'react'
import { draftOf } from '#web/entities/schedule/schedule-draft.ts'
import { policyDraftOf } from './policy-draft.ts'

interface SavedSettings {
  /** Null: never. */
  readonly schedule: string | null
  readonly policy: WirePolicy
}

const draftsOf = ({ schedule, policy }: SavedSettings) => ({
  schedule: draftOf(schedule),
  policy: policyDraftOf(policy),
})

/**
 * The schedule and the policy while they are edited. Of the two, the one that the person has not
 * edited follows what others save.
 */
export function useSettingsForm({ schedule, policy }: SavedSettings) {
  const form = useForm({ initialValues: draftsOf({ schedule, policy }) })
  const { setValues, isTouched, resetTouched } = form
  const isScheduleEdited = isTouched('schedule')
  const isPolicyEdited = isTouched('policy')
  // Before the browser paints: a form that differs from what is saved looks edited.
  useLayoutEffect(() => {
    if (!isScheduleEdited) setValues({ schedule: draftOf(schedule) })
  }, [schedule, isScheduleEdited, setValues])
  useLayoutEffect(() => {
    if (!isPolicyEdited) setValues({ policy: policyDraftOf(policy) })
  }, [policy, isPolicyEdited, setValues])
  return {
    form,
    isEdited: isScheduleEdited || isPolicyEdited,
    /** Back to what is saved. */
    discard: resetTouched,
  }
}

export type SettingsForm = ReturnType<typeof useSettingsForm>['form']
