import { Input, type InputProps } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'
import classes from './select-field.module.css'

interface SelectButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children' | 'size'> {
  readonly size: InputProps['size']
  /** What is chosen, in words. */
  readonly chosen: string
}

/** What a select field shows while it is closed: the same before and after its list has loaded. */
export const SelectButton = ({ size, chosen, ...button }: SelectButtonProps) => (
  <Input
    {...button}
    component="button"
    type="button"
    size={size}
    pointer
    rightSection={<IconChevronDown size={16} stroke={1.75} aria-hidden />}
    rightSectionPointerEvents="none"
  >
    <span className={classes.chosen}>{chosen}</span>
  </Input>
)
