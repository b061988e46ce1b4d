import { listLargestImages } from '#contract/endpoints/largest-images.ts'
import type { LargestSort } from '#contract/images/largest-images.ts'
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { requestPage } from '#web/api/request.ts'
import { formatSort, type Sort } from '#web/components/table/sort.ts'
import { pulledParameters, type TagSelectionView } from '../list/list-queries.ts'

const pageSize = 100

export interface LargestView extends Pick<TagSelectionView, 'filter' | 'pulled'> {
  readonly sort: Sort<LargestSort>
}

/** What frees most comes first, unless another order is asked for. */
export const mostFirst: Sort<LargestSort> = { field: 'exclusiveSize', isDescending: true }

/** Images of all repositories. A deletion anywhere changes it. */
export const largestQuery = ({ filter, pulled, sort }: LargestView) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.tags, listLargestImages.name, filter, pulled ?? null, formatSort(sort)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listLargestImages, {
        query: {
          filter,
          ...pulledParameters(pulled),
          sort: formatSort(sort),
          pageSize,
          pageStart: pageParam,
          count: true,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: keepPreviousData,
  })
