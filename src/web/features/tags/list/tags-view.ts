import { tagSorts, type TagSort } from '#contract/tags.ts'
import { parseSort, type Sort } from '#web/components/table/sort.ts'
import type { TagSelectionView } from './list-queries.ts'

/** The state of a tags page in the address. */
export interface TagsView extends TagSelectionView {
  /** The tag whose details are open. */
  readonly openTag: string | null
}

const defaultSort: Sort<TagSort> = { field: 'updatedAt', isDescending: true }

/** An address of an earlier version may sort by what the whole image frees. */
function readSort(value: string | null): Sort<TagSort> {
  const sort = parseSort(value, tagSorts) ?? defaultSort
  return sort.field === 'exclusiveSize' ? { ...sort, field: 'freedSize' } : sort
}

export const readView = (parameters: URLSearchParams): TagsView => ({
  filter: parameters.get('filter') ?? '',
  sort: readSort(parameters.get('sort')),
  openTag: parameters.get('tag'),
})
