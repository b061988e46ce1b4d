import { explainDigest } from '#contract/endpoints/garbage-collection.ts'
import { getDeletionImpact } from '#contract/endpoints/deletion.ts'
import { getLayerMap } from '#contract/endpoints/layer-map.ts'
import { getTag, listTags } from '#contract/endpoints/tags.ts'
import type { DeletionImpactRequest } from '#contract/images/deletion.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { untilCurrent } from '#web/api/ask-again.ts'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { formatSort } from '#web/components/table/sort.ts'
import { tagParameters, type TagSelectionView } from './list/list-queries.ts'

/** As many images as are legible in one drawing. */
const mapPageSize = 200

/** Images of a repository and the layers that they point at. */
export const layerMapQuery = (
  name: string,
  { filter, sort, olderDays, pulled, freesMoreThan, platform }: TagSelectionView,
) => {
  const view = { filter, olderDays, pulled, freesMoreThan, platform }
  return infiniteQueryOptions({
    queryKey: [...queryKeys.tagsOf(name), getLayerMap.name, view, formatSort(sort)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const { startAt: _, ...query } = tagParameters({ ...view, sort })
      return requestPage(getLayerMap, {
        parameters: { repository: name },
        query: { ...query, pageSize: mapPageSize, pageStart: pageParam, count: true },
        signal,
      })
    },
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })
}

/** Why a digest is in storage, as a collection sees it. Fetched on demand. */
export const explanationQuery = (digest: string) =>
  queryOptions({
    queryKey: [...queryKeys.garbageCollection, explainDigest.name, digest],
    queryFn: ({ signal }) => request(explainDigest, { parameters: { digest }, signal }),
    refetchInterval: untilCurrent(false),
  })

/** The first `limit` tags that match the view, loaded or not. */
export const matchingTagsQuery = (name: string, view: TagSelectionView, limit: number) =>
  queryOptions({
    queryKey: [...queryKeys.tagsOf(name), listTags.name, 'matching', view, limit],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      request(listTags, {
        parameters: { repository: name },
        query: { ...tagParameters(view), pageSize: limit, verdicts: true },
        signal,
      }),
  })

export const tagDetailsQuery = (name: string, tag: string) =>
  queryOptions({
    queryKey: [...queryKeys.tagsOf(name), getTag.name, tag],
    queryFn: ({ signal }) =>
      request(getTag, { parameters: { repository: name, reference: tag }, signal }),
    refetchInterval: ({ state }) => (state.data?.verdicts?.judgedAt === null ? 1000 : false),
  })

/**
 * The impact of a deletion, fetched each time, because a person must not decide by an old answer.
 * Its key is not under that of tags: after the deletion there is nothing left to ask about.
 */
export const deletionImpactQuery = (name: string, body: DeletionImpactRequest) =>
  queryOptions({
    queryKey: [getDeletionImpact.name, name, body],
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      request(getDeletionImpact, { parameters: { repository: name }, body, signal }),
  })
