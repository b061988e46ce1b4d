import { Autocomplete, type AutocompleteProps } from '@mantine/core'
import { useState } from 'react'

interface SuggestInputProps extends Pick<
  AutocompleteProps,
  'label' | 'placeholder' | 'error' | 'className' | 'rightSection' | 'ref' | 'aria-label'
> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly suggestions: readonly string[]
}

/** More are not read, and the list is not virtual. */
const maximumSuggestions = 100

/** A text box for a name, with suggestions. Escape closes them alone; Enter, which submits, too. */
export function SuggestInput({ suggestions, ...others }: SuggestInputProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Autocomplete
      {...others}
      data={[...new Set(suggestions)]}
      limit={maximumSuggestions}
      maxDropdownHeight={260}
      comboboxProps={{ keepMounted: false, transitionProps: { duration: 0 } }}
      dropdownOpened={isOpen}
      onDropdownOpen={() => setIsOpen(true)}
      onDropdownClose={() => setIsOpen(false)}
      onKeyDown={({ key, nativeEvent }) => {
        if (key === 'Enter' && !nativeEvent.isComposing) setIsOpen(false)
      }}
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
    />
  )
}
