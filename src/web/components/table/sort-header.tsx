import { UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { nextSort, type Sort } from './sort.ts'
import classes from './sort-header.module.css'

interface SortHeaderProps<Field extends string> {
  readonly field: Field
  readonly label: string
  readonly sort: Sort<Field>
  readonly onSort: (sort: Sort<Field>) => void
  /** The first click sorts in descending order: for numbers and times. */
  readonly isDescendingFirst?: boolean
  readonly isRight?: boolean
  /** What the column means. */
  readonly hint?: string
  readonly className?: string | undefined
}

/** A column heading that sorts by its column. */
export function SortHeader<Field extends string>({
  field,
  label,
  sort,
  onSort,
  isDescendingFirst = false,
  isRight = false,
  hint,
  className,
}: SortHeaderProps<Field>) {
  const isSorted = sort.field === field
  const Arrow = sort.isDescending ? IconArrowDown : IconArrowUp
  return (
    <th
      className={className}
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <UnstyledButton
        className={classes.button}
        data-right={isRight || undefined}
        title={hint}
        aria-description={hint}
        onClick={() => onSort(nextSort(sort, field, isDescendingFirst))}
      >
        {label}
        <Arrow
          size={13}
          aria-hidden
          className={classes.arrow}
          data-sorted={isSorted || undefined}
        />
      </UnstyledButton>
    </th>
  )
}
