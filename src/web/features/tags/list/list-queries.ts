import { listTags } from '#contract/endpoints/tags.ts'
import { getRepository } from '#contract/endpoints/repositories.ts'
import type { Repository } from '#contract/images/repositories.ts'
import type { TagVerdict } from '#contract/rules/verdicts.ts'
import type { TagSort } from '#contract/images/tags.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestPage } from '#web/api/request.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { reclaimableRefetchInterval } from '#web/api/reclaimable-refetch-interval.ts'
import { formatSort, type Sort } from '#web/components/table/sort.ts'

/*
 * The queries that the page of a repository shows first. Separate from its other queries, because
 * they start before the page's code has loaded.
 */

// The first page is short so that it arrives quickly; a person who scrolls on will scroll far.
const firstPageSize = 50
const furtherPageSize = 250

/** Filters and order of a repository's tags. */
export interface TagSelectionView {
  readonly filter: string
  readonly sort: Sort<TagSort>
  /** Only tags pushed more than so many days ago. */
  readonly olderDays?: number | null
  /** Only tags of which no pull was seen, or that were certainly not used for so many days. */
  readonly pulled?: 'never' | number | null
  /** What the cleaning policy in force says of them. */
  readonly verdict?: Verdict | null
  readonly freesMoreThan?: number | null
  /** `linux/arm64` */
  readonly platform?: string | null
  /** A name or an instant, by the order. */
  readonly startAt?: string | null
}

export type Verdict = TagVerdict['verdict']

const dayMs = 86_400_000

const dayAgo = (days: number | null | undefined): string | null =>
  days ? new Date(Date.now() - days * dayMs).toISOString() : null

/** A filter by pulls, as the server is asked for it. */
export const pulledParameters = (pulled: TagSelectionView['pulled']) => ({
  notPulledSince: pulled === 'never' ? null : dayAgo(pulled),
  neverPulled: pulled === 'never' || null,
})

/** What the server is asked for. */
export const tagParameters = ({
  sort,
  olderDays,
  pulled,
  startAt,
  ...filters
}: TagSelectionView) => ({
  ...filters,
  sort: formatSort(sort),
  pushedBefore: dayAgo(olderDays),
  ...pulledParameters(pulled),
  startAt: startAt || null,
})

/** One repository; null if the name is only a namespace, as a name of one part may be. */
export const repositoryQuery = (name: string) =>
  queryOptions({
    queryKey: [...queryKeys.repositories, getRepository.name, name],
    queryFn: async ({ signal }): Promise<Repository | null> => {
      const answer = await request(getRepository, { parameters: { repository: name }, signal })
      return 'id' in answer ? answer : null
    },
    refetchInterval: ({ state }) => reclaimableRefetchInterval(state.data ? [state.data] : []),
  })

const listKey = (name: string) => [...queryKeys.tagsOf(name), listTags.name, 'pages'] as const

export const tagsQuery = (name: string, { sort, ...view }: TagSelectionView) =>
  infiniteQueryOptions({
    queryKey: [...listKey(name), view, formatSort(sort)],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      requestPage(listTags, {
        parameters: { repository: name },
        query: {
          ...tagParameters({ ...view, sort }),
          ...(pageParam && { startAt: null }),
          pageSize: pageParam === null ? firstPageSize : furtherPageSize,
          pageStart: pageParam,
          count: true,
          verdicts: true,
        },
        signal,
      }),
    getNextPageParam: ({ nextPageStart }) => nextPageStart,
    // Those of very many tags are not there at once.
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.retention?.judgedAt === null) ? 1000 : false,
    // The previous rows stay until the new ones arrive, but not those of another repository.
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  })

tagsQuery.listKey = listKey
