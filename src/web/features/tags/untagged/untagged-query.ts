import { listUntagged } from '#contract/endpoints/untagged.ts'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { queryKeys } from '#web/api/query-keys.ts'
import { requestPage } from '#web/api/request.ts'
import { pulledParameters, type TagSelectionView } from '../list/list-queries.ts'

const pageSize = 100

/** The images of a repository without a tag, those first that free most. */
export const untaggedQuery = (
  name: string,
  { filter, pulled }: Pick<TagSelectionView, 'filter' | 'pulled'>,
) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.tagsOf(name), listUntagged.name, filter, pulled ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listUntagged, {
        parameters: { repository: name },
        query: {
          filter,
          ...pulledParameters(pulled),
          pageSize,
          pageStart: pageParam,
          count: true,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })
