import type { WireTagVerdicts } from '#contract/rules/verdicts.ts'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { lazyComponent } from '#web/components/layout/lazy-component.tsx'
import type { UpdateUrl } from '#web/components/layout/use-url-state.ts'
import { FilterField } from '#web/components/table/filter-field.tsx'
import listClasses from '#web/components/table/list-page.module.css'
import { formatSort } from '#web/components/table/sort.ts'
import { useFilters } from './filters-button.tsx'
import { SortSelect } from './sort-select.tsx'
import { countFilters, isFiltered, type TagsView } from './tags-view.ts'

interface TagsToolbarProps {
  readonly repository: string
  readonly view: TagsView
  readonly onView: UpdateUrl
  /** Over all pages; null while it is unknown. */
  readonly matchingCount: number | null
  /** How many tags are before the first that is listed. */
  readonly firstIndex: number
  /** Since when pulls are known; undefined: that is not known yet. */
  readonly pullsSince: string | null | undefined
  /** Of the verdicts; null: there is no policy, undefined: that is not known yet. */
  readonly retention: WireTagVerdicts | null | undefined
  /** The number of all tags of the repository. */
  readonly allCount: number | null
}

const ListPosition = lazyComponent(
  async () => (await import('#web/components/table/list-position.tsx')).ListPosition,
  undefined,
  { isPatient: true },
)

/** What is listed, in which order, and where a person is in it. Stays in sight. */
export function TagsToolbar({
  repository,
  view,
  onView,
  matchingCount,
  firstIndex,
  pullsSince,
  retention,
  allCount,
}: TagsToolbarProps) {
  const { filter, startAt } = view
  const count = countFilters(view) + (startAt ? 1 : 0)
  const { filtersButton, filters } = useFilters(count)
  const words = countWords(isFiltered(view), matchingCount, allCount)
  return (
    <>
      <div className={`${listClasses.toolbar} ${listClasses.stays}`}>
        <FilterField
          label="Filter by tag or digest"
          className={listClasses.filter}
          value={filter}
          onChange={(text) => onView({ filter: text })}
        />
        {filtersButton}
        <span className={listClasses.count}>
          <ListPosition label={`Tags of ${repository}`} />
          <span role="status">{words}</span>
        </span>
        <SortSelect
          className={listClasses.notOnPhone}
          sort={view.sort}
          onSort={(sort) => onView({ sort: formatSort(sort), at: null })}
        />
      </div>
      {filters({ repository, view, onView, firstIndex, pullsSince, retention, count: words })}
    </>
  )
}

function countWords(isOn: boolean, matching: number | null, all: number | null): string {
  if (matching === null) return ''
  if (!isOn || all === null) return countOf(matching, 'tag')
  return `${formatCount(matching)} of ${countOf(all, 'tag')}`
}
