import { TextInput, type TextInputProps } from '@mantine/core'
import { useState } from 'react'

interface SyncedInputProps extends Pick<
  TextInputProps,
  'label' | 'placeholder' | 'error' | 'disabled' | 'ref' | 'className' | 'inputMode' | 'description'
> {
  /** As it stands in the text of the policy. */
  readonly value: string
  readonly onChange: (value: string) => void
}

const normal = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ')

/**
 * A field that follows the text beside it, but not to the letter while a person types: a space at
 * the end would never stay.
 */
export function SyncedInput({ value, onChange, ...input }: SyncedInputProps) {
  const [typed, setTyped] = useState(value)
  const shown = normal(typed) === normal(value) ? typed : value
  return (
    <TextInput
      {...input}
      value={shown}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value)
        if (normal(currentTarget.value) !== normal(value)) onChange(currentTarget.value)
      }}
    />
  )
}
