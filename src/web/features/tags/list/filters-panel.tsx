import { Button } from '@mantine/core'
import { SideDrawer } from '#web/components/layout/side-drawer.tsx'
import { formatSort } from '#web/components/table/sort.ts'
import { SortSelect } from './sort-select.tsx'
import { TagFilters, type TagFiltersProps } from './tag-filters.tsx'
import classes from './filters-panel.module.css'

export interface FiltersPanelProps extends TagFiltersProps {
  /** How much the filters leave, in words. */
  readonly count: string
  /** Whether they are in a sheet with the order, as on a phone, or in the page. */
  readonly isSheet: boolean
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** All that narrows and orders a list besides its text. */
export function FiltersPanel({ count, isSheet, isOpen, onClose, ...filters }: FiltersPanelProps) {
  if (!isSheet) return isOpen ? <TagFilters {...filters} /> : null
  const { view, onView } = filters
  return (
    <SideDrawer
      subject={isOpen ? 'Filters and order' : null}
      title={(title) => title}
      closeLabel="Close filters"
      position="bottom"
      size="auto"
      onClose={onClose}
    >
      {() => (
        <div className={classes.sheet}>
          <SortSelect
            label="Order"
            sort={view.sort}
            onSort={(sort) => onView({ sort: formatSort(sort), at: null })}
          />
          <TagFilters {...filters} />
          <Button fullWidth onClick={onClose}>
            Show {count}
          </Button>
        </div>
      )}
    </SideDrawer>
  )
}
