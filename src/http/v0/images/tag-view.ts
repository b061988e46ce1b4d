import type { Platform } from '#domain/values/platform.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { TagSort } from '#contract/images/tags.ts'
import type { Sort } from '#contract/query-parameters.ts'
import { digestAlgorithms, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type {
  ImageSummary,
  RepositoryQueries,
  TagSummary,
} from '#registry/queries/repository-queries.ts'
import { sortedCooperatively, type Order } from '../order.ts'
import {
  filtersByPulls,
  matchesPulls,
  pulledDigestsOfTag,
  type PullFilter,
  type PullTimes,
} from './pull-times.ts'

/** The tags of a repository that match the query, in its order. */
export interface TagView {
  readonly tags: readonly TagSummary[]
  readonly order: Order<TagSummary>
}

export interface TagViewDeps {
  readonly queries: Pick<RepositoryQueries, 'tags' | 'exclusiveBytes' | 'origins'>
  /** Asked only by who sorts or filters by it. */
  readonly pullTimes: (repository: RepositoryName) => Promise<PullTimes>
  readonly pause: Pause
}

export interface TagQuery extends PullFilter {
  /** Any further condition; its views are not cached. Null: none. */
  readonly isChosen?: ((tag: TagSummary) => boolean) | null
  /** A part of a name, or the beginning of a digest; empty: any. */
  readonly filter: string
  /** Null: any. */
  readonly pushedBeforeMs?: number | null
  readonly freesMoreThan?: number | null
  /** `linux/arm64`. */
  readonly platform?: string | null
  readonly sort: Sort<TagSort>
}

/**
 * People type filters letter by letter and read one page after the other: so this many views are
 * cached of one array.
 */
const keptViews = 8

/** Gone with the array that the index made. */
const kept = new WeakMap<readonly TagSummary[], Map<string, Promise<TagView>>>()

/**
 * A view of tags over the index; null: no such repository. It reads storage only to filter by
 * platform, each configuration once. Cached as long as the index returns the same array, that is,
 * until the repository changes; except those by what is freed, which changes with other
 * repositories, and by pulls.
 */
export async function viewTags(
  deps: TagViewDeps,
  repository: RepositoryName,
  query: TagQuery,
): Promise<TagView | null> {
  const { filter, pushedBeforeMs = null, freesMoreThan = null, platform = null, sort } = query
  const { isChosen = null } = query
  const { queries, pause } = deps
  const all = await queries.tags(repository)
  if (all === null) return null
  const isByFreed = sort.field === 'exclusiveSize' || sort.field === 'freedSize'
  const isByPulls = sort.field === 'lastPulledAt' || filtersByPulls(query)
  if (isChosen || isByFreed || isByPulls || freesMoreThan !== null || platform !== null) {
    const pulls = isByPulls ? await deps.pullTimes(repository) : null
    const pulledAtMs = (tag: TagSummary) =>
      pulls?.lastOf([tag.name], pulledDigestsOfTag(tag)) ?? null
    let tags = matching(all, filter, pushedBeforeMs)
    if (isChosen) tags = tags.filter(isChosen)
    if (filtersByPulls(query)) {
      tags = tags.filter((tag) =>
        matchesPulls(query, pulls?.sinceMs ?? null, pulledAtMs(tag), tag.updatedAtMs),
      )
    }
    if (freesMoreThan !== null) {
      const freed = await freedBytes(queries, repository, tags, 'freedSize')
      tags = tags.filter((tag) => freed(tag) > freesMoreThan)
    }
    if (platform !== null) {
      const images = tags.flatMap(({ image }) => image ?? [])
      const isFor = await platformMatcher(queries, repository, images, platform)
      tags = tags.filter(({ image }) => image !== null && isFor(image))
    }
    const order = isByFreed
      ? { ...sort, nameOf, valueOf: await freedBytes(queries, repository, tags, sort.field) }
      : {
          ...sort,
          nameOf,
          valueOf:
            sort.field === 'lastPulledAt'
              ? (tag: TagSummary) => pulledAtMs(tag) ?? 0
              : valueOf[sort.field],
        }
    return ordered(tags, order, pause)
  }
  const views = kept.get(all) ?? new Map<string, Promise<TagView>>()
  kept.set(all, views)
  const key = JSON.stringify([filter, pushedBeforeMs, sort])
  const view = views.get(key) ?? viewOf(all, filter, pushedBeforeMs, sort, pause)
  views.delete(key)
  views.set(key, view)
  const [oldest] = views.keys()
  if (views.size > keptViews && oldest !== undefined) views.delete(oldest)
  return view
}

const nameOf = ({ name }: TagSummary): string => naturalKey(name)

const valueOf = {
  name: nameOf,
  size: ({ image }: TagSummary) => image?.sizeBytes ?? 0,
  updatedAt: ({ updatedAtMs }: TagSummary) => updatedAtMs,
}

async function viewOf(
  all: readonly TagSummary[],
  filter: string,
  pushedBeforeMs: number | null,
  { field, descending }: Sort<TagSort>,
  pause: Pause,
): Promise<TagView> {
  const tags = matching(all, filter, pushedBeforeMs)
  const order = { valueOf: valueOf[field as keyof typeof valueOf], nameOf, descending }
  // The index returns them by name already.
  return field === 'name' && !descending ? { tags, order } : ordered(tags, order, pause)
}

const ordered = async (
  tags: readonly TagSummary[],
  order: Order<TagSummary>,
  pause: Pause,
): Promise<TagView> => ({ tags: await sortedCooperatively(tags, order, pause), order })

/** What deleting the image frees (`exclusiveSize`), or the tag alone (`freedSize`). */
async function freedBytes(
  queries: TagViewDeps['queries'],
  repository: RepositoryName,
  tags: readonly TagSummary[],
  field: TagSort,
): Promise<(tag: TagSummary) => number> {
  const frees = (image: TagSummary['image']) =>
    image !== null && (field === 'exclusiveSize' || image.tags.length === 1)
  const digests = tags.flatMap(({ image }) => (image && frees(image) ? [image.digest] : []))
  const bytes = await queries.exclusiveBytes(repository, [...new Set<Digest>(digests)])
  return ({ image }) => (image && frees(image) && bytes.get(image.digest)) || 0
}

/** Whether an image is for the platform, or has it among its own. */
export async function platformMatcher(
  queries: Pick<RepositoryQueries, 'origins'>,
  repository: RepositoryName,
  images: readonly ImageSummary[],
  wanted: string,
): Promise<(image: ImageSummary) => boolean> {
  const single = images.flatMap(({ kind, digest }) => (kind === 'image' ? [digest] : []))
  const origins = await queries.origins(repository, [...new Set<Digest>(single)])
  const isWanted = ({ os, architecture, variant }: Platform): boolean =>
    wanted === `${os}/${architecture}` || wanted === `${os}/${architecture}/${variant}`
  return ({ kind, digest, platforms }) => {
    const own = kind === 'image' ? origins.get(digest)?.platform : null
    return own ? isWanted(own) : platforms.some(isWanted)
  }
}

/** The least length of a digest's hexadecimal part: fewer characters occur in every digest. */
const shortestDigestFilter = /^[0-9a-f]{6,}$/

/** Tags whose name contains the text, in any case, or whose digest begins with it. */
function matching(
  all: readonly TagSummary[],
  filter: string,
  pushedBeforeMs: number | null,
): readonly TagSummary[] {
  const old =
    pushedBeforeMs === null ? all : all.filter(({ updatedAtMs }) => updatedAtMs < pushedBeforeMs)
  if (filter === '') return old
  const matches = createMatcher(filter)
  return old.filter(({ name, digest }) => matches(name, digest))
}

/** Whether a name contains the text, in any case, or a digest begins with it. */
export function createMatcher(filter: string): (name: string, digest: string | null) => boolean {
  const text = filter.toLowerCase()
  const beginnings = shortestDigestFilter.test(text)
    ? digestAlgorithms.map((algorithm) => `${algorithm}:${text}`)
    : []
  return (name, digest) =>
    name.toLowerCase().includes(text) ||
    (digest !== null &&
      ((text.includes(':') && digest.startsWith(text)) ||
        beginnings.some((beginning) => digest.startsWith(beginning))))
}
