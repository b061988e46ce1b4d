import type { Clock, Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BlobTable } from '#graph/live/blob-table.ts'
import type { Catalog } from '../../repositories/catalog.ts'
import { lookAtLinks, lookAtManifests, lookAtTags } from './read-graph.ts'
import {
  beginRefresh,
  readReference,
  refreshGraph,
  type BegunRefresh,
  type DeletionInputs,
} from './graph-refresh.ts'
import { isDigestReference, type Reference } from '../../manifests/tag-or-digest.ts'
import {
  linkedOnes,
  readLinkTimes,
  readManifestContents,
  type RepositoryReader,
} from './repository-reader.ts'
import { readTagLinksForList } from '../../tags/tag-links.ts'
import { createKnownGraph, rememberLinked } from './known-graph.ts'
import type { RegistryChange } from '../../registry-change.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectReader } from '#storage/object-store.ts'

export interface GraphLoaderOptions {
  readonly name: RepositoryName
  readonly objects: ObjectReader
  readonly catalog: Catalog
  /** Creates the reader of one whole look. */
  readonly openRepositoryReader: () => RepositoryReader
  readonly clock: Clock
  readonly pause: Pause
  readonly blobs: BlobTable
}

/** Updates one repository's graph from storage, as a whole or change by change. */
export interface GraphLoader {
  readonly graph: RepositoryGraph
  /** When the last whole look ended; -Infinity before the first. */
  readonly lookedAtMs: number
  readonly tookMs: number
  /**
   * Reads the whole repository, except the contents that it knows by digest. Only one look runs at
   * a time. Leaves out what cannot be read; the graph names that as unreadable.
   */
  look(): Promise<void>
  /**
   * Updates everything that the deletion of an image depends on to the present state of storage.
   * Rejects where any of it, or anything that may be part of it, cannot be read. Only for a caller
   * that holds the repository's lock.
   */
  readCurrent(image: Digest): Promise<RepositoryGraph>
  /**
   * A whole look that begins now. What it could not read, the graph names as unreadable. Only for a
   * caller that holds the repository's lock.
   */
  readWhole(): Promise<RepositoryGraph>
  /** Reads what a reference shows now. Only for a caller that holds the repository's lock. */
  readReference(reference: Reference): Promise<DeletionInputs>
  /** Reads the changed tags and manifests again, unless they were unlinked. */
  apply(change: RegistryChange): void
  /**
   * Resolves when all changes so far were read. If one of them could not be, the next look is due
   * at once.
   */
  changesApplied(): Promise<void>
  clear(): void
}

/** How many manifests of a change are in memory together. */
const changedAtOnce = 64

/** What a graph names as unreadable when the tags cannot be listed at all. */
export const tagsUnreadable = 'its tags'
const manifestsUnreadable = 'its manifests'

/** Waits for the end of both, so that neither still runs when this rejects. */
async function bothOver<A, B>(one: A | Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}

export function createGraphLoader(options: GraphLoaderOptions): GraphLoader {
  const { name, objects, openRepositoryReader, clock } = options
  const known = createKnownGraph(options.blobs)
  const { graph, touched } = known
  let lookedAtMs = -Infinity
  let tookMs = 0
  let looking: Promise<void> | null = null
  let applying = Promise.resolve()

  /** If a folder cannot be listed, nothing new is known, and what was known before stays. */
  async function orUnreadable<T>(what: string, look: () => Promise<T>): Promise<T | null> {
    try {
      const seen = await look()
      graph.setUnreadable(what, false)
      return seen
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      graph.setUnreadable(what, true)
      return null
    }
  }

  async function lookAtAll(): Promise<void> {
    const startedAtMs = clock.nowMs()
    touched.tags.clear()
    touched.manifests.clear()
    // A look must not rely on what an earlier one saw of the folders, so it gets a reader of its
    // own.
    const reader = openRepositoryReader()
    const links = await orUnreadable(manifestsUnreadable, () => lookAtLinks(known, options, reader))
    // Link times count only from before this read of the tags, and only once all tags are read.
    known.linkedBeforeTags.clear()
    const [, isRead] = await bothOver(
      links &&
        orUnreadable(manifestsUnreadable, () => lookAtManifests(known, options, reader, links)),
      orUnreadable(tagsUnreadable, async () => {
        await lookAtTags(known, options, reader, (tag) => touched.tags.has(tag))
        return true
      }),
    )
    if (isRead && links) rememberLinked(known, startedAtMs, links.linkedAt)
    lookedAtMs = clock.nowMs()
    tookMs = lookedAtMs - startedAtMs
  }

  /** A change needs only a few reads, so they run on this thread. */
  async function readRevisions(digests: readonly Digest[]): Promise<void> {
    const times = await readLinkTimes(objects, name, digests)
    const unknown = new Set(digests.filter((_, position) => Number.isNaN(times[position])))
    const linked = linkedOnes(digests, times).filter((digest) => !unknown.has(digest))
    const read = linked.length === 0 ? [] : await readManifestContents(objects, linked)
    const contents = new Map(linked.map((digest, position) => [digest, read[position] ?? null]))
    for (const digest of digests) {
      known.setManifest(digest, unknown.has(digest) ? 'unreadable' : (contents.get(digest) ?? null))
    }
  }

  async function readTags(tags: readonly TagName[]): Promise<void> {
    const links = await readTagLinksForList(objects, name, tags)
    for (const [position, tag] of tags.entries()) known.setTag(tag, links[position] ?? null)
  }

  async function readChange(change: RegistryChange): Promise<void> {
    for (const slice of inSlices(change.manifests, changedAtOnce)) await readRevisions(slice)
    for (const slice of inSlices(change.tags, changedAtOnce)) await readTags(slice)
  }

  function forget({ manifests, tags }: RegistryChange): void {
    for (const digest of manifests) known.setManifest(digest, null)
    for (const tag of tags) known.setTag(tag, null)
  }

  function startLooking(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null
    })
    return looking
  }

  const refreshOptions = { ...options, isLooking: () => looking !== null }

  async function readCurrent(image: Digest, begun?: BegunRefresh): Promise<RepositoryGraph> {
    await applying
    if (lookedAtMs === -Infinity) await startLooking()
    await refreshGraph(known, refreshOptions, image, begun)
    return graph
  }

  return {
    graph,
    get lookedAtMs() {
      return lookedAtMs
    },
    get tookMs() {
      return tookMs
    },

    look: startLooking,

    readCurrent: (image) => readCurrent(image),

    async readWhole() {
      await applying
      // One that began earlier may have read some of it too early.
      await looking?.catch(() => {})
      await startLooking()
      return graph
    },

    async readReference(reference) {
      await applying
      const shown = isDigestReference(reference) ? reference : graph.tag(reference)?.digest
      const isKnown = lookedAtMs !== -Infinity && shown && graph.manifest(shown)
      if (!isKnown) {
        return {
          ...(await readReference(options, reference)),
          readGraph: (image) => readCurrent(image),
        }
      }
      const { begun, ...current } = await beginRefresh(known, refreshOptions, reference, shown)
      return { ...current, readGraph: (image) => readCurrent(image, begun) }
    },

    apply(change) {
      // Before the first look nothing is known that could be out of date.
      if (lookedAtMs === -Infinity && looking === null) return
      known.touch(change.tags, change.manifests)
      applying = applying
        .then(() => (change.areUnlinked ? forget(change) : readChange(change)))
        .catch(() => {
          // The graph is not up to date any more: the next question reads everything, and gets the
          // failure itself.
          lookedAtMs = -Infinity
        })
    },

    changesApplied: () => applying,

    clear() {
      for (const tag of graph.tags.keys()) graph.setTag(tag, null)
      for (const digest of graph.manifests.keys()) graph.setManifest(digest, null)
    },
  }
}
