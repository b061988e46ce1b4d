import type { Pause } from '#domain/time/clock.ts'
import type { TagSort } from '#contract/tags.ts'
import type { Sort } from '#contract/query-parameters.ts'
import { digestAlgorithms, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type { RepositoryQueries, TagSummary } from '#registry/queries/repository-queries.ts'
import { sortedCooperatively, type Order } from '../order.ts'

/** The tags of a repository that match the query, in its order. */
export interface TagView {
  readonly tags: readonly TagSummary[]
  readonly order: Order<TagSummary>
}

export interface TagViewDeps {
  readonly queries: Pick<RepositoryQueries, 'tags' | 'exclusiveBytes'>
  readonly pause: Pause
}

/**
 * People type filters letter by letter and read one page after the other: so this many views are
 * cached of one array.
 */
const keptViews = 8

/** Gone with the array that the index made. */
const kept = new WeakMap<readonly TagSummary[], Map<string, Promise<TagView>>>()

/**
 * A view of tags over the index, without reads of storage; null: no such repository. Cached as long
 * as the index returns the same array, that is, until the repository changes; except those by
 * exclusive size, which changes with other repositories.
 */
export async function viewTags(
  { queries, pause }: TagViewDeps,
  repository: RepositoryName,
  { filter, sort }: { readonly filter: string; readonly sort: Sort<TagSort> },
): Promise<TagView | null> {
  const all = await queries.tags(repository)
  if (all === null) return null
  if (sort.field === 'exclusiveSize' || sort.field === 'freedSize') {
    const tags = matching(all, filter)
    const order = await orderByFreed(queries, repository, tags, sort)
    return ordered(tags, order, pause)
  }
  const views = kept.get(all) ?? new Map<string, Promise<TagView>>()
  kept.set(all, views)
  const key = JSON.stringify([filter, sort])
  const view = views.get(key) ?? viewOf(all, filter, sort.field, sort.descending, pause)
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
  field: keyof typeof valueOf,
  descending: boolean,
  pause: Pause,
): Promise<TagView> {
  const tags = matching(all, filter)
  const order = { valueOf: valueOf[field], nameOf, descending }
  // The index returns them by name already.
  return field === 'name' && !descending ? { tags, order } : ordered(tags, order, pause)
}

const ordered = async (
  tags: readonly TagSummary[],
  order: Order<TagSummary>,
  pause: Pause,
): Promise<TagView> => ({ tags: await sortedCooperatively(tags, order, pause), order })

/** By what deleting the image frees (`exclusiveSize`), or the tag alone (`freedSize`). */
async function orderByFreed(
  queries: TagViewDeps['queries'],
  repository: RepositoryName,
  tags: readonly TagSummary[],
  { field, descending }: Sort<TagSort>,
): Promise<Order<TagSummary>> {
  const frees = (image: TagSummary['image']) =>
    image !== null && (field === 'exclusiveSize' || image.tags.length === 1)
  const digests = tags.flatMap(({ image }) => (image && frees(image) ? [image.digest] : []))
  const bytes = await queries.exclusiveBytes(repository, [...new Set<Digest>(digests)])
  const freed = ({ image }: TagSummary) => (image && bytes.get(image.digest)) ?? 0
  return { valueOf: freed, nameOf, descending }
}

/** The least length of a digest's hexadecimal part: fewer characters occur in every digest. */
const shortestDigestFilter = /^[0-9a-f]{6,}$/

/** Tags whose name contains the text, in any case, or whose digest begins with it. */
function matching(all: readonly TagSummary[], filter: string): readonly TagSummary[] {
  if (filter === '') return all
  const matches = createMatcher(filter)
  return all.filter(({ name, digest }) => matches(name, digest))
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
