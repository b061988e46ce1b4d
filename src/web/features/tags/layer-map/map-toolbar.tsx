import { SegmentedControl } from '@mantine/core'
import '@mantine/core/styles/FloatingIndicator.css'
import type { UpdateUrl } from '#web/components/layout/use-url-state.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { formatSort } from '#web/components/table/sort.ts'
import { useFilters } from '../list/filters-button.tsx'
import { SortSelect } from '../list/sort-select.tsx'
import { countFilters, type TagsView } from '../list/tags-view.ts'

interface MapToolbarProps {
  readonly repository: string
  readonly view: TagsView
  readonly onView: UpdateUrl
  /** How much is drawn, in words; undefined while it is unknown. */
  readonly count: string | undefined
  readonly isTable: boolean
}

/** Which images are drawn, in which order: as in the list of tags; and as a drawing or tables. */
export function MapToolbar({ repository, view, onView, count, isTable }: MapToolbarProps) {
  const { filtersButton, filters } = useFilters(countFilters(view))
  return (
    <>
      <div className={listClasses.toolbar}>
        <FilterField
          label="Filter by tag or digest"
          className={listClasses.filter}
          value={view.filter}
          onChange={(filter) => onView({ filter })}
        />
        {filtersButton}
        <span role="status" className={listClasses.count}>
          {count}
        </span>
        <SortSelect
          className={listClasses.notOnPhone}
          sort={view.sort}
          onSort={(sort) => onView({ sort: formatSort(sort) })}
        />
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
      {filters({
        repository,
        view,
        onView,
        firstIndex: null,
        pullsSince: undefined,
        count: count ?? 'images',
      })}
    </>
  )
}
