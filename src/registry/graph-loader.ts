import type { Clock, Pause } from '#collector/ports.ts'
import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { TagName } from '#domain/tag-name.ts'
import type { BlobTable } from './blob-table.ts'
import type { Catalog } from './catalog.ts'
import { inBatches } from './in-batches.ts'
import { slicesInOrder } from './in-order.ts'
import { createIndexReads, type IndexReads } from './index-reads.ts'
import type { RegistryChange } from './registry-change.ts'
import { createRepositoryGraph, type RepositoryGraph } from './repository-graph.ts'
import type { Storage } from './storage.ts'

export interface GraphLoaderOptions {
  readonly name: RepositoryName
  readonly storage: Storage
  readonly catalog: Catalog
  /** Makes the reads of one whole look. */
  readonly openReads: () => IndexReads
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
  /** Reads the whole repository; what is known by digest is not read again. One at a time. */
  look(): Promise<void>
  /** Reads again what changed. */
  apply(change: RegistryChange): void
  /** When all changes so far were read. If one could not be, the next look is due at once. */
  changesApplied(): Promise<void>
  clear(): void
}

export function createGraphLoader(options: GraphLoaderOptions): GraphLoader {
  const { name, openReads, catalog, clock, pause } = options
  /** A change is few reads, for which no other thread need be asked. */
  const changeReads = createIndexReads(options.storage)
  const graph = createRepositoryGraph(options.blobs)
  let lookedAtMs = -Infinity
  let tookMs = 0
  let looking: Promise<void> | null = null
  let applying = Promise.resolve()
  /** What changed while a whole look is under way: the look may have read it before. */
  const touched = { tags: new Set<TagName>(), manifests: new Set<Digest>() }

  async function lookAtManifests(reads: IndexReads): Promise<void> {
    const gone = new Set(graph.manifests.keys())
    const unknown: Digest[] = []
    for await (const digests of catalog.revisions(name, reads)) {
      for (const digest of digests) gone.delete(digest)
      unknown.push(...digests.filter((digest) => graph.manifest(digest) === undefined))
      await pause()
    }
    const read = async (digests: readonly Digest[]) => ({
      digests,
      contents: await reads.manifestContents(digests),
    })
    for await (const { digests, contents } of slicesInOrder(unknown, read)) {
      for (const [position, digest] of digests.entries()) {
        if (!touched.manifests.has(digest)) graph.setManifest(digest, contents[position] ?? null)
      }
      await pause()
    }
    for (const digest of gone) {
      if (!touched.manifests.has(digest)) graph.setManifest(digest, null)
    }
  }

  async function lookAtTags(reads: IndexReads): Promise<void> {
    const gone = new Set(graph.tags.keys())
    for await (const links of catalog.tags(name, reads)) {
      for (const link of links) {
        gone.delete(link.name)
        if (!touched.tags.has(link.name)) graph.setTag(link.name, link)
      }
      await pause()
    }
    for (const tag of gone) if (!touched.tags.has(tag)) graph.setTag(tag, null)
  }

  async function lookAtAll(): Promise<void> {
    const startedAtMs = clock.nowMs()
    touched.tags.clear()
    touched.manifests.clear()
    // What one look saw of folders is not relied on by the next.
    const reads = openReads()
    await lookAtManifests(reads)
    await lookAtTags(reads)
    lookedAtMs = clock.nowMs()
    tookMs = lookedAtMs - startedAtMs
  }

  const readTag = async (tag: TagName) => [tag, await catalog.tag(name, tag)] as const

  async function readRevision(digest: Digest) {
    const linked = await changeReads.linked(name, [digest])
    const [contents = null] = await changeReads.manifestContents(linked)
    return [digest, contents] as const
  }

  async function readChange(change: RegistryChange): Promise<void> {
    for await (const batch of inBatches(change.manifests, readRevision)) {
      for (const [digest, reading] of batch) graph.setManifest(digest, reading)
    }
    for await (const batch of inBatches(change.tags, readTag)) {
      for (const [tag, link] of batch) graph.setTag(tag, link)
    }
  }

  return {
    graph,
    get lookedAtMs() {
      return lookedAtMs
    },
    get tookMs() {
      return tookMs
    },

    look() {
      looking ??= lookAtAll().finally(() => {
        looking = null
      })
      return looking
    },

    apply(change) {
      // Before the first look nothing is known that could be wrong.
      if (lookedAtMs === -Infinity && looking === null) return
      for (const tag of change.tags) touched.tags.add(tag)
      for (const digest of change.manifests) touched.manifests.add(digest)
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
