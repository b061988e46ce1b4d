import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { Button, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { SelectField } from '#web/components/form/select-field.tsx'
import { dayOf, startOfDay } from '#web/components/text/days.ts'
import classes from './moment-choice.module.css'
import { inThirtyDays, momentOf, moments, type Moment } from './moment.ts'

interface MomentChoiceProps {
  readonly preview: Pick<WireRetentionPreview, 'at' | 'madeAt'>
  readonly isPending: boolean
  /** Makes the same preview for another moment; null: for now. */
  readonly onMoment: (at: string | null) => void
}

const options = Object.entries(moments).map(([value, label]) => ({ value, label }))

/** For when the rules are judged: ages grow, so later they take more. */
export function MomentChoice({ preview, isPending, onMoment }: MomentChoiceProps) {
  const shown = momentOf(preview)
  const [chosen, setChosen] = useState<Moment>(shown)
  const [day, setDay] = useState(shown === 'day' ? dayOf(Date.parse(preview.at)) : '')
  const dayMs = startOfDay(day)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isPending && !Number.isNaN(dayMs)) onMoment(new Date(dayMs).toISOString())
  }
  return (
    <form className={classes.root} onSubmit={submit} noValidate>
      <SelectField
        label="Judged as of"
        size="xs"
        w={150}
        data={options}
        value={chosen}
        disabled={isPending}
        onChange={(value) => {
          setChosen(value as Moment)
          if (value === 'now') onMoment(null)
          if (value === 'soon') onMoment(inThirtyDays(Date.now()))
        }}
      />
      {chosen === 'day' && (
        <>
          <TextInput
            type="date"
            label="Day"
            size="xs"
            value={day}
            onChange={({ currentTarget }) => setDay(currentTarget.value)}
          />
          <Button
            type="submit"
            size="xs"
            variant="default"
            disabled={Number.isNaN(dayMs)}
            loading={isPending}
          >
            Preview that day
          </Button>
        </>
      )}
    </form>
  )
}
