import { deletionImpact, type DeletionImpactRequest } from '#contract/deletion.ts'
import { explanation } from '#contract/garbage-collection.ts'
import { layerMap } from '#contract/layer-map.ts'
import { apiPaths } from '#contract/paths.ts'
import { repositoryOrNamespace, type Repository } from '#contract/repositories.ts'
import { tagDetails, tagList, type TagSort } from '#contract/tags.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '../../http/request.ts'
import { queryKeys } from '../../query-keys.ts'
import { untilReclaimableIsCurrent } from '../../until-reclaimable-is-current.ts'
import { formatSort, type Sort } from '../../ui/sort.ts'

// The first page is short so that it is there at once; who scrolls on will scroll far.
const firstPageSize = 50
const furtherPageSize = 250

/** What narrows and orders the tags of a repository. */
export interface TagSelectionView {
  readonly filter: string
  readonly sort: Sort<TagSort>
}

/** One repository; null where the name is only a namespace, which a name of one part may be. */
export const repositoryQuery = (name: string) =>
  queryOptions({
    queryKey: [...queryKeys.repositories, 'one', name],
    queryFn: async ({ signal }): Promise<Repository | null> => {
      const answer = await request({
        schema: repositoryOrNamespace,
        path: apiPaths.repository(name),
        signal,
      })
      return 'id' in answer ? answer : null
    },
    refetchInterval: ({ state }) => untilReclaimableIsCurrent(state.data ? [state.data] : []),
  })

const listKey = (name: string) => [...queryKeys.tagsOf(name), 'list'] as const

export const tagsQuery = (name: string, { filter, sort }: TagSelectionView) =>
  infiniteQueryOptions({
    queryKey: [...listKey(name), filter, formatSort(sort)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage({
        schema: tagList,
        path: apiPaths.tags(name),
        query: {
          filter,
          sort: formatSort(sort),
          pageSize: pageParam === null ? firstPageSize : furtherPageSize,
          pageStart: pageParam,
          count: true,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    // The rows before stay until the new ones are there; those of another repository do not.
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })

tagsQuery.listKey = listKey

/** As many as are legible in one drawing. */
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

/** Why a digest is on storage, by the collector itself. Asked when somebody wants to know. */
export const explanationQuery = (digest: string) =>
  queryOptions({
    queryKey: [...queryKeys.garbageCollection, 'explain', digest],
    queryFn: ({ signal }) =>
      request({ schema: explanation, path: apiPaths.explain(digest), signal }),
  })

/** The first `limit` tags that the view shows, loaded or not. */
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
 * What deleting would do, asked anew each time: nobody decides by an old answer. Not under the key
 * of tags, for once something is deleted there is nothing left to ask about it.
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
