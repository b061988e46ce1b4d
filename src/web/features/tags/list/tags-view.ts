import { tagSorts, type TagSort } from '#contract/tags.ts'
import { parseSort, type Sort } from '#web/components/table/sort.ts'
import type { TagSelectionView } from './list-queries.ts'

/** The state of a tags page in the address. */
export interface TagsView extends TagSelectionView {
  /** The tag whose details are open. */
  readonly openTag: string | null
}

const defaultSort: Sort<TagSort> = { field: 'updatedAt', isDescending: true }

export const readView = (parameters: URLSearchParams): TagsView => ({
  filter: parameters.get('filter') ?? '',
  sort: parseSort(parameters.get('sort'), tagSorts) ?? defaultSort,
  openTag: parameters.get('tag'),
})
