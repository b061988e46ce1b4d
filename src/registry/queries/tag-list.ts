import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import { naturalKey } from '#domain/values/natural-order.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import { subjectStartOf } from '#graph/fallback-tag.ts'
import { summarizeImage } from './image-summary.ts'
import type { ImageSummary, TagSummary } from './repository-queries.ts'
import type { TagLink } from '#graph/live/tag-link.ts'
import type { GraphChanges, RepositoryGraph } from '#graph/live/repository-graph.ts'
import { sortCooperatively } from './sort-cooperatively.ts'

/**
 * A repository's tags in natural order of their names, with the images that they show. After a
 * change it updates only what the change affects.
 */
export interface TagList {
  /** Returns the same array until something changes. */
  current(): Promise<readonly TagSummary[]>
}

/** Above this many changes, a new list costs no more than a patch. */
const maximumPatched = 1000

/** The manifests to which a tag may attach something, by its name. */
function namedBy(graph: RepositoryGraph, tag: TagName): readonly Digest[] {
  const start = subjectStartOf(tag)
  return start === null ? [] : graph.manifestsStarting(start)
}

/** The images that look different after a change: what changed, and everything that contains it. */
function imagesTouchedBy(graph: RepositoryGraph, changes: GraphChanges): ReadonlySet<Digest> {
  const touched = new Set(changes.manifests)
  for (const tag of changes.tags) {
    const shown = graph.tag(tag)?.digest
    if (shown) touched.add(shown)
    for (const subject of namedBy(graph, tag)) touched.add(subject)
  }
  for (const digest of touched) {
    for (const subject of graph.manifest(digest)?.subjects ?? []) touched.add(subject)
    for (const parent of graph.parentsOf(digest)) touched.add(parent.digest)
    for (const tag of graph.tagsOf(digest)) {
      for (const subject of namedBy(graph, tag)) touched.add(subject)
    }
  }
  return touched
}

/**
 * The position of a name in a list in natural order, or the position where it would be inserted.
 */
function placeOf(tags: readonly TagSummary[], name: TagName): number {
  const key = naturalKey(name)
  let low = 0
  let high = tags.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (naturalKey(tags[middle]?.name ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}

export function createTagList(graph: RepositoryGraph, pause: Pause): TagList {
  const images = new Map<Digest, ImageSummary>()
  let list: readonly TagSummary[] = []
  let listedVersion = -1
  let listing: Promise<readonly TagSummary[]> | null = null

  function summaryOf(
    { name, digest, linkedAtMs }: TagLink,
    namesOf?: ReadonlyMap<Digest, readonly TagName[]>,
  ): TagSummary {
    const node = digest === null ? undefined : graph.manifest(digest)
    let image = node && images.get(node.digest)
    if (node && !image) {
      image = summarizeImage(graph, node, namesOf?.get(node.digest))
      images.set(node.digest, image)
    }
    return { name, digest, updatedAtMs: linkedAtMs, image: image ?? null }
  }

  async function listAll(): Promise<TagSummary[]> {
    images.clear()
    const maybeYield = createMaybeYield(pause)
    const tags: TagSummary[] = []
    const keyed: { readonly key: string; readonly link: TagLink }[] = []
    for (const link of graph.tags.values()) {
      keyed.push({ key: naturalKey(link.name), link })
      // An await of nothing, a hundred thousand times, would cost more than the work.
      const yielding = maybeYield()
      if (yielding) await yielding
    }
    const sorted = await sortCooperatively(keyed, ({ key }) => key, pause)
    // The names of each image come out sorted too. What changes before the end is in the next list.
    const namesOf = new Map<Digest, TagName[]>()
    for (const { link } of sorted) {
      const names = link.digest === null ? [] : namesOf.get(link.digest)
      if (names) names.push(link.name)
      else if (link.digest !== null) namesOf.set(link.digest, [link.name])
    }
    for (const { link } of sorted) {
      tags.push(summaryOf(link, namesOf))
      const yielding = maybeYield()
      if (yielding) await yielding
    }
    return tags
  }

  function patch(touched: ReadonlySet<Digest>, changed: ReadonlySet<TagName>): TagSummary[] {
    const names = new Set(changed)
    for (const digest of touched) {
      images.delete(digest)
      for (const tag of graph.tagsOf(digest)) names.add(tag)
    }
    const tags = [...list]
    for (const name of names) {
      const place = placeOf(tags, name)
      const present = tags[place]?.name === name ? 1 : 0
      const link = graph.tag(name)
      tags.splice(place, present, ...(link ? [summaryOf(link)] : []))
    }
    return tags
  }

  async function renew(): Promise<readonly TagSummary[]> {
    const { version } = graph
    const changes = graph.takeChanges()
    const touched =
      listedVersion >= 0 && changes.tags.size <= maximumPatched
        ? imagesTouchedBy(graph, changes)
        : null
    const canPatch = touched !== null && changes.tags.size + touched.size <= maximumPatched
    // If this fails, the changes that were taken are lost: the next list is then computed from
    // scratch.
    listedVersion = -1
    list = canPatch ? patch(touched, changes.tags) : await listAll()
    listedVersion = version
    return list
  }

  return {
    async current() {
      // Changes made while a list was computed are in the next one.
      while (listedVersion !== graph.version) {
        listing ??= renew().finally(() => {
          listing = null
        })
        await listing
      }
      return list
    },
  }
}
