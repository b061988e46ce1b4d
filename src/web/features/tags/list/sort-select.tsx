import type { TagSort } from '#contract/images/tags.ts'
import { tagSorts } from '#contract/images/tags.ts'
import { SelectField } from '#web/components/form/select-field.tsx'
import { formatSort, parseSort, type Sort } from '#web/components/table/sort.ts'
import classes from './sort-select.module.css'

/** Each order with the direction first that a click on the column's heading starts with. */
const labels: Readonly<
  Record<Exclude<TagSort, 'exclusiveSize'>, readonly (readonly [value: string, label: string])[]>
> = {
  updatedAt: [
    ['-updatedAt', 'Pushed, newest first'],
    ['updatedAt', 'Pushed, oldest first'],
  ],
  lastPulledAt: [
    ['lastPulledAt', 'Pulled longest ago first'],
    ['-lastPulledAt', 'Pulled last first'],
  ],
  name: [
    ['name', 'Tag, A to Z'],
    ['-name', 'Tag, Z to A'],
  ],
  freedSize: [
    ['-freedSize', 'Frees most first'],
    ['freedSize', 'Frees least first'],
  ],
  size: [
    ['-size', 'Largest first'],
    ['size', 'Smallest first'],
  ],
}

const options = Object.values(labels).flat()

interface SortSelectProps {
  readonly className?: string | undefined
  readonly label?: string
  readonly sort: Sort<TagSort>
  readonly onSort: (sort: Sort<TagSort>) => void
}

/** The order of tags as a select box, for screens without column headings. */
export const SortSelect = (props: SortSelectProps) => (
  <OrderSelect fields={tagSorts} options={options} {...props} />
)

interface OrderSelectProps<Field extends string> {
  readonly fields: readonly Field[]
  readonly options: readonly (readonly [value: string, label: string])[]
  readonly className?: string | undefined
  /** Visible; without it, only screen readers say what it is. */
  readonly label?: string
  readonly sort: Sort<Field>
  readonly onSort: (sort: Sort<Field>) => void
}

export function OrderSelect<Field extends string>({
  fields,
  options: choices,
  className = '',
  label,
  sort,
  onSort,
}: OrderSelectProps<Field>) {
  return (
    <SelectField
      {...(label ? { label } : { 'aria-label': 'Sort by' })}
      className={`${classes.root} ${className}`}
      data={choices.map(([field, words]) => ({ value: field, label: words }))}
      value={formatSort(sort)}
      onChange={(value) => {
        const chosen = parseSort(value, fields)
        if (chosen) onSort(chosen)
      }}
    />
  )
}
