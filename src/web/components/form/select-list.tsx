import { CheckIcon, Combobox, useCombobox } from '@mantine/core'
import { useEffect, useRef, type ComponentProps, type KeyboardEvent } from 'react'
import { SelectButton } from './select-button.tsx'
import type { SelectOption } from './select-field.tsx'
import classes from './select-field.module.css'

interface SelectListProps {
  readonly button: ComponentProps<typeof SelectButton>
  readonly data: readonly SelectOption[]
  readonly value: string
  readonly onChange: (value: string) => void
}

/** The button of a select field and its list, which opens at once: a person has just asked for it. */
export function SelectList({ button, data, value, onChange }: SelectListProps) {
  const target = useRef<HTMLButtonElement>(null)
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.updateSelectedOptionIndex('active'),
    onDropdownClose: () => combobox.resetSelectedOption(),
  })
  useEffect(() => {
    target.current?.focus()
    combobox.openDropdown()
    // Once: it takes the place of the button that was pressed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  const choose = (chosen: string) => {
    combobox.closeDropdown()
    if (chosen !== value) onChange(chosen)
  }
  /** A letter chooses the next option that starts with it, as in the browser's own lists. */
  const chooseByLetter = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
    if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return
    const at = data.findIndex((option) => option.value === value)
    const inTurn = [...data.slice(at + 1), ...data.slice(0, at + 1)]
    const next = inTurn.find(({ label }) => label.toLowerCase().startsWith(key.toLowerCase()))
    if (next && next.value !== value) onChange(next.value)
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose} keepMounted={false} position="bottom-start">
      <Combobox.Target targetType="button" withExpandedAttribute>
        <SelectButton
          {...button}
          ref={target}
          onClick={() => combobox.toggleDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={chooseByLetter}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        <Combobox.Options
          className={classes.options}
          aria-label={button['aria-label']}
          labelledBy={button['aria-label'] ? undefined : `${button.id}-label`}
        >
          {data.map((option) => (
            <Combobox.Option
              key={option.value}
              value={option.value}
              active={option.value === value}
              aria-selected={option.value === value}
              className={classes.option}
            >
              {option.label}
              {option.value === value && <CheckIcon size={10} aria-hidden />}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
