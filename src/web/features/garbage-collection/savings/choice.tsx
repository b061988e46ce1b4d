import { SegmentedControl, Select } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import classes from './savings-panel.module.css'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly id: T; readonly label: string }[]
  readonly onChange: (id: T) => void
}

/** One of a few: side by side, or on a phone as a list that opens, so that three fit in a line. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const data = options.map((option) => ({ value: option.id, label: option.label }))
  return isNarrow ? (
    <Select
      size="xs"
      className={classes.choice}
      aria-label={label}
      allowDeselect={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      value={value}
      data={data}
      onChange={(id) => {
        if (id !== null) onChange(id)
      }}
    />
  ) : (
    <SegmentedControl size="xs" aria-label={label} value={value} onChange={onChange} data={data} />
  )
}
