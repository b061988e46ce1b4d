import { serverAsPerson } from '#contract/activity.ts'
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { SelectField } from '#web/components/form/select-field.tsx'
import { useSession } from '#web/api/session-context.ts'
import type { UpdateUrl } from '#web/components/layout/use-url-state.ts'
import { activityGroups, type ActivityGroupName } from './activity-groups.ts'
import { activityRanges, type ActivityView } from './activity-view.ts'
import classes from './filter-fields.module.css'
import { personNamesQuery } from './queries.ts'

interface FieldProps {
  readonly view: ActivityView
  readonly onChange: UpdateUrl
}

/** Administrators choose among all accounts. Others can only be sure of their own name. */
export function PersonField({ view, onChange }: FieldProps) {
  const { name, isAdmin } = useSession()
  const { data: names = [name] } = useQuery({ ...personNamesQuery, enabled: isAdmin })
  const known = [...new Set([...names, ...(view.person ? [view.person] : [])])]
  return (
    <SelectField
      aria-label="Person"
      className={classes.field}
      value={view.person}
      data={[
        { value: '', label: 'Everyone' },
        ...known
          .filter((person) => person !== serverAsPerson)
          .map((person) => ({
            value: person,
            label: person === name ? `${person} (you)` : person,
          })),
        ...(isAdmin || view.person === serverAsPerson
          ? [{ value: serverAsPerson, label: 'The schedule and the server' }]
          : []),
      ]}
      onChange={(person) => onChange({ person })}
    />
  )
}

export function KindField({
  view,
  onChange,
  groups,
}: FieldProps & { readonly groups: readonly ActivityGroupName[] }) {
  return (
    <SelectField
      aria-label="Kind"
      className={classes.field}
      value={view.group ?? ''}
      data={[
        { value: '', label: 'All kinds' },
        ...groups.map((group) => ({ value: group, label: activityGroups[group].label })),
      ]}
      onChange={(kind) => onChange({ kind })}
    />
  )
}

export function TimeField({ view, onChange }: FieldProps) {
  return (
    <>
      <SelectField
        aria-label="Time"
        className={classes.field}
        value={view.range ?? ''}
        data={[
          { value: '', label: 'Any time' },
          ...Object.entries(activityRanges).map(([value, { label }]) => ({ value, label })),
          { value: 'days', label: 'Custom range…' },
        ]}
        onChange={(range) =>
          onChange({ range, ...(range === 'days' ? {} : { from: null, to: null }) })
        }
      />
      {view.range === 'days' && (
        <div className={classes.days}>
          <TextInput
            type="date"
            aria-label="From day"
            max={view.to || undefined}
            value={view.from}
            onChange={({ currentTarget: { value } }) => onChange({ from: value })}
          />
          <span aria-hidden>–</span>
          <TextInput
            type="date"
            aria-label="To day"
            min={view.from || undefined}
            value={view.to}
            onChange={({ currentTarget: { value } }) => onChange({ to: value })}
          />
        </div>
      )}
    </>
  )
}
