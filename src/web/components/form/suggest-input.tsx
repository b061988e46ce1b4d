import { Autocomplete, type AutocompleteProps } from '@mantine/core'

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

/** A text box for a name, with suggestions. Escape closes them alone. */
export const SuggestInput = ({ suggestions, ...others }: SuggestInputProps) => (
  <Autocomplete
    {...others}
    data={[...new Set(suggestions)]}
    limit={maximumSuggestions}
    maxDropdownHeight={260}
    comboboxProps={{ keepMounted: false, transitionProps: { duration: 0 } }}
    autoCapitalize="none"
    autoComplete="off"
    spellCheck={false}
  />
)
