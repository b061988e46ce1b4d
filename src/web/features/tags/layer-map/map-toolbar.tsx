import { SegmentedControl } from '@mantine/core'
import '@mantine/core/styles/FloatingIndicator.css'
import { useState } from 'react'
import type { UpdateUrl } from '#web/components/layout/use-url-state.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { formatSort } from '#web/components/table/sort.ts'
import { FiltersButton } from '../list/filters-button.tsx'
import { SortSelect } from '../list/sort-select.tsx'
import { TagFilters } from '../list/tag-filters.tsx'
import { countFilters, type TagsView } from '../list/tags-view.ts'

interface MapToolbarProps {
  readonly view: TagsView
  readonly onView: UpdateUrl
  /** How much is drawn, in words; undefined while it is unknown. */
  readonly count: string | undefined
  readonly isTable: boolean
}

/** Which images are drawn, in which order: as in the list of tags; and as a drawing or tables. */
export function MapToolbar({ view, onView, count, isTable }: MapToolbarProps) {
  const filters = countFilters(view)
  const [isOpen, setOpen] = useState(false)
  const isShown = isOpen || filters > 0
  return (
    <>
      <div className={listClasses.toolbar}>
        <FilterField
          label="Filter by tag or digest"
          className={listClasses.filter}
          value={view.filter}
          onChange={(filter) => onView({ filter })}
        />
        <FiltersButton count={filters} isShown={isShown} onClick={() => setOpen(!isOpen)} />
        <span role="status" className={listClasses.count}>
          {count}
        </span>
        <SortSelect sort={view.sort} onSort={(sort) => onView({ sort: formatSort(sort) })} />
        <SegmentedControl
          aria-label="Show as"
          value={isTable ? 'table' : 'map'}
          onChange={(as) => onView({ as: as === 'table' ? as : null })}
          data={[
            { value: 'map', label: 'Map' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
      {isShown && (
        <TagFilters
          repository={null}
          view={view}
          onView={onView}
          firstIndex={null}
          pullsSince={undefined}
        />
      )}
    </>
  )
}
