import { deletionImpact, type DeletionImpactRequest } from '#contract/deletion.ts'
import { explanation } from '#contract/garbage-collection.ts'
import { layerMap } from '#contract/layer-map.ts'
import { apiPaths } from '#contract/paths.ts'
import { tagDetails, tagList } from '#contract/tags.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { formatSort } from '#web/components/table/sort.ts'
import type { TagSelectionView } from './list/list-queries.ts'

/** As many images as are legible in one drawing. */
const mapPageSize = 200

/** Images of a repository and the layers that they point at. */
export const layerMapQuery = (name: string, { filter, sort }: TagSelectionView) =>
  infiniteQueryOptions({
    queryKey: [...queryKeys.tagsOf(name), 'layer-map', filter, formatSort(sort)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage({
        schema: layerMap,
        path: apiPaths.layerMap(name),
        query: {
          filter,
          sort: formatSort(sort),
          pageSize: mapPageSize,
          pageStart: pageParam,
          count: true,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })

/** Why a digest is in storage, as a collection sees it. Fetched on demand. */
export const explanationQuery = (digest: string) =>
  queryOptions({
    queryKey: [...queryKeys.garbageCollection, 'explain', digest],
    queryFn: ({ signal }) =>
      request({ schema: explanation, path: apiPaths.explain(digest), signal }),
  })

/** The first `limit` tags that match the view, loaded or not. */
export const matchingTagsQuery = (
  name: string,
  { filter, sort }: TagSelectionView,
  limit: number,
) =>
  queryOptions({
    queryKey: [...queryKeys.tagsOf(name), 'matching', filter, formatSort(sort), limit],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      request({
        schema: tagList,
        path: apiPaths.tags(name),
        query: { filter, sort: formatSort(sort), pageSize: limit },
        signal,
      }),
  })

export const tagDetailsQuery = (name: string, tag: string) =>
  queryOptions({
    queryKey: [...queryKeys.tagsOf(name), 'details', tag],
    queryFn: ({ signal }) => request({ schema: tagDetails, path: apiPaths.tag(name, tag), signal }),
  })

/**
 * The impact of a deletion, fetched each time, because a person must not decide by an old answer.
 * Its key is not under that of tags: after the deletion there is nothing left to ask about.
 */
export const deletionImpactQuery = (name: string, body: DeletionImpactRequest) =>
  queryOptions({
    queryKey: ['deletion-impact', name, body],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      request({
        schema: deletionImpact,
        path: apiPaths.deletionImpact(name),
        method: 'POST',
        body,
        signal,
      }),
  })
