import { Input, type InputWrapperProps } from '@mantine/core'
import { useId, useState } from 'react'
import { lazyComponent } from '../layout/lazy-component.tsx'
import { openAfterLoading } from '../layout/open-after-loading.ts'
import { SelectButton } from './select-button.tsx'

// Positioning is a large part of the first load, and no page needs it before a list opens.
const SelectList = lazyComponent(async () => (await import('./select-list.tsx')).SelectList)

export interface SelectOption {
  readonly value: string
  readonly label: string
}

interface SelectFieldProps extends Pick<
  InputWrapperProps,
  'label' | 'description' | 'error' | 'className' | 'size' | 'w'
> {
  /** Its name, if it has no visible label. */
  readonly 'aria-label'?: string
  readonly data: readonly SelectOption[]
  readonly value: string
  readonly onChange: (value: string) => void
  readonly disabled?: boolean
}

/**
 * A choice among a few: a button that opens a list. The list's code loads when the pointer or the
 * focus comes near.
 */
export function SelectField({
  data,
  value,
  onChange,
  disabled = false,
  size = 'sm',
  'aria-label': name,
  ...wrapper
}: SelectFieldProps) {
  const id = useId()
  const [isWanted, setWanted] = useState(false)
  const button = {
    id,
    size,
    disabled,
    'aria-label': name,
    'aria-invalid': wrapper.error ? true : undefined,
    chosen: data.find((option) => option.value === value)?.label ?? value,
  }
  const load = () => void SelectList.load().catch(() => undefined)
  const open = () => void openAfterLoading(SelectList.load, () => setWanted(true))
  return (
    <Input.Wrapper {...wrapper} id={id} size={size}>
      {isWanted ? (
        <SelectList button={button} data={data} value={value} onChange={onChange} />
      ) : (
        <SelectButton
          {...button}
          // The list that it would control is not there yet.
          // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props
          role="combobox"
          aria-haspopup="listbox"
          aria-expanded={false}
          onPointerEnter={load}
          onFocus={load}
          onClick={open}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
            event.preventDefault()
            open()
          }}
        />
      )}
    </Input.Wrapper>
  )
}
