import { tagSorts, type TagSort } from '#contract/images/tags.ts'
import { parseSort, type Sort } from '#web/components/table/sort.ts'
import type { TagSelectionView, Verdict } from './list-queries.ts'

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

/** A whole number above 0, or null. */
const countIn = (value: string | null): number | null =>
  value !== null && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null

/** The parameters of the address that filter tags, and where the list starts. */
export const noFilters = {
  filter: null,
  older: null,
  pulled: null,
  verdict: null,
  frees: null,
  platform: null,
  at: null,
}

/** How many filters are on besides the text. */
export const countFilters = (view: TagSelectionView) =>
  [view.olderDays, view.pulled, view.verdict, view.freesMoreThan, view.platform].filter(Boolean)
    .length

export const isFiltered = (view: TagSelectionView) => view.filter !== '' || countFilters(view) > 0

const verdicts: readonly string[] = [
  'protected',
  'kept',
  'removed',
  'unmatched',
] satisfies readonly Verdict[]

const readVerdict = (value: string | null): Verdict | null =>
  value !== null && verdicts.includes(value) ? (value as Verdict) : null

export const readView = (parameters: URLSearchParams): TagsView => {
  const sort = readSort(parameters.get('sort'))
  const canStart = sort.field === 'name' || sort.field === 'updatedAt'
  return {
    filter: parameters.get('filter') ?? '',
    sort,
    olderDays: countIn(parameters.get('older')),
    pulled: parameters.get('pulled') === 'never' ? 'never' : countIn(parameters.get('pulled')),
    verdict: readVerdict(parameters.get('verdict')),
    freesMoreThan: countIn(parameters.get('frees')),
    platform: parameters.get('platform'),
    startAt: canStart ? parameters.get('at') : null,
    openTag: parameters.get('tag'),
  }
}
