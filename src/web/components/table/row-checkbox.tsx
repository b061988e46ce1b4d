import { useEffect, useRef, type ComponentPropsWithoutRef } from 'react'
import classes from './row-checkbox.module.css'

interface RowCheckboxProps extends Omit<ComponentPropsWithoutRef<'input'>, 'type'> {
  readonly 'aria-label': string
  /** Some, but not all, of the rows that it stands for are selected. */
  readonly isMixed?: boolean
}

/** The checkbox of rows, and of the head of their table. */
export function RowCheckbox({ isMixed = false, ...others }: RowCheckboxProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.indeterminate = isMixed
  }, [isMixed])
  return (
    // The whole cell is its target: a near miss would open the row.
    <label className={classes.cell}>
      <input ref={input} type="checkbox" className={classes.root} {...others} />
    </label>
  )
}
