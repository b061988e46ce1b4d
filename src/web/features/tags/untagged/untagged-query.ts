import { listUntagged } from '#contract/endpoints/untagged.ts'
import type { UntaggedSort } from '#contract/images/untagged.ts'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { requestPage } from '#web/api/request.ts'
import { formatSort, type Sort } from '#web/components/table/sort.ts'
import { pulledParameters, type TagSelectionView } from '../list/list-queries.ts'

const pageSize = 100

/** Those first that free most. */
export const mostFirst: Sort<UntaggedSort> = { field: 'exclusiveSize', isDescending: true }

/** The images of a repository without a tag. */
export const untaggedQuery = (
  name: string,
  {
    filter,
    pulled,
    sort,
  }: Pick<TagSelectionView, 'filter' | 'pulled'> & { readonly sort: Sort<UntaggedSort> },
) =>
  infiniteQueryOptions({
    queryKey: [
      ...queryKeys.tagsOf(name),
      listUntagged.name,
      filter,
      pulled ?? null,
      formatSort(sort),
    ],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listUntagged, {
        parameters: { repository: name },
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
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })
