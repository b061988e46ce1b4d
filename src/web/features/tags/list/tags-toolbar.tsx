import type { TagSort } from '#contract/tags.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import type { Sort } from '#web/components/table/sort.ts'
import { SortSelect } from './sort-select.tsx'

interface TagsToolbarProps {
  readonly filter: string
  readonly onFilter: (filter: string) => void
  /** Over all pages; null while it is unknown. */
  readonly matchingCount: number | null
  /** The number of all tags of the repository. */
  readonly allCount: number | null
  readonly sort: Sort<TagSort>
  readonly onSort: (sort: Sort<TagSort>) => void
}

export function TagsToolbar({
  filter,
  onFilter,
  matchingCount,
  allCount,
  sort,
  onSort,
}: TagsToolbarProps) {
  return (
    <div className={listClasses.toolbar}>
      <FilterField
        label="Filter by tag or digest"
        className={listClasses.filter}
        value={filter}
        onChange={onFilter}
      />
      <span role="status" className={listClasses.count}>
        {countWords(filter, matchingCount, allCount)}
      </span>
      <SortSelect sort={sort} onSort={onSort} />
    </div>
  )
}

function countWords(filter: string, matching: number | null, all: number | null): string {
  if (matching === null) return ''
  if (filter === '' || all === null) return countOf(matching, 'tag')
  return `${formatCount(matching)} of ${countOf(all, 'tag')}`
}
