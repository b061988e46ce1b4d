import type { Clock, Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BlobTable } from './blob-table.ts'
import type { Catalog } from '../../repositories/catalog.ts'
import { lookAtLinks, lookAtManifests, lookAtTags } from './read-graph.ts'
import { refreshGraph } from './graph-refresh.ts'
import { inBatches } from '../../in-batches.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { createRepositoryReader, linkedOnes, type RepositoryReader } from './repository-reader.ts'
import { createKnownGraph, rememberLinked } from './known-graph.ts'
import type { RegistryChange } from '../../registry-change.ts'
import type { RepositoryGraph } from './repository-graph.ts'
import { StorageError, type Storage } from '#storage/storage.ts'

export interface GraphLoaderOptions {
  readonly name: RepositoryName
  readonly storage: Storage
  readonly createDigester: CreateDigester
  readonly catalog: Catalog
  /** Makes the reads of one whole look. */
  readonly openRepositoryReader: () => RepositoryReader
  readonly clock: Clock
  readonly pause: Pause
  readonly blobs: BlobTable
}

/** Brings one repository's graph to what storage says, as a whole or change by change. */
export interface GraphLoader {
  readonly graph: RepositoryGraph
  /** When the last whole look ended; -Infinity before the first. */
  readonly lookedAtMs: number
  readonly tookMs: number
  /**
   * Reads the whole repository; what is known by digest is not read again. One at a time. What
   * cannot be read is left out, and told by the graph.
   */
  look(): Promise<void>
  /**
   * Brings all that the deletion of an image depends on to what storage says now. Rejects where any
   * of it, or what may be part of it, cannot be read. For who holds the repository's lock.
   */
  refresh(image: Digest): Promise<void>
  /** Reads again what changed. */
  apply(change: RegistryChange): void
  /** When all changes so far were read. If one could not be, the next look is due at once. */
  changesApplied(): Promise<void>
  clear(): void
}

/** What a graph tells where the tags cannot even be listed. */
export const tagsUnreadable = 'its tags'
const manifestsUnreadable = 'its manifests'

/** Whatever happens to one, the other is over when this fails. */
async function bothOver<A, B>(one: A | Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}

export function createGraphLoader(options: GraphLoaderOptions): GraphLoader {
  const { name, storage, openRepositoryReader, clock } = options
  /** A change is few reads, for which no other thread need be asked. */
  const changeReads = createRepositoryReader(storage, options.createDigester)
  const known = createKnownGraph(options.blobs)
  const { graph, touched } = known
  let lookedAtMs = -Infinity
  let tookMs = 0
  let looking: Promise<void> | null = null
  let applying = Promise.resolve()

  /** Of a folder that cannot be listed, nothing new is known, which is no reason to forget. */
  async function orUnreadable<T>(what: string, look: () => Promise<T>): Promise<T | null> {
    try {
      const seen = await look()
      graph.setUnreadable(what, false)
      return seen
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      graph.setUnreadable(what, true)
      return null
    }
  }

  async function lookAtAll(): Promise<void> {
    const startedAtMs = clock.nowMs()
    touched.tags.clear()
    touched.manifests.clear()
    // What one look saw of folders is not relied on by the next.
    const reader = openRepositoryReader()
    const links = await orUnreadable(manifestsUnreadable, () => lookAtLinks(known, options, reader))
    // Of before the tags are read, and not before all of them were.
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

  const readTag = async (tag: TagName) => {
    const [link = null] = await changeReads.tags(name, [tag])
    return [tag, link] as const
  }

  async function readRevision(digest: Digest) {
    const times = await changeReads.linkTimes(name, [digest])
    if (Number.isNaN(times[0])) return [digest, 'unreadable'] as const
    const linked = linkedOnes([digest], times)
    const [contents = null] = await changeReads.manifestContents(linked)
    return [digest, contents] as const
  }

  async function readChange(change: RegistryChange): Promise<void> {
    for await (const batch of inBatches(change.manifests, readRevision)) {
      for (const [digest, reading] of batch) known.setManifest(digest, reading)
    }
    for await (const batch of inBatches(change.tags, readTag)) {
      for (const [tag, link] of batch) known.setTag(tag, link)
    }
  }

  function startLooking(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null
    })
    return looking
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

    async refresh(image) {
      await applying
      if (lookedAtMs === -Infinity) await startLooking()
      await refreshGraph(known, { ...options, isLooking: () => looking !== null }, image)
    },

    apply(change) {
      // Before the first look nothing is known that could be wrong.
      if (lookedAtMs === -Infinity && looking === null) return
      known.touch(change.tags, change.manifests)
      applying = applying
        .then(() => readChange(change))
        .catch(() => {
          // Not known any more: the next question looks at everything, and meets the failure itself.
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
