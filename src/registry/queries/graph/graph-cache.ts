import { sortedNaturally } from '#domain/values/natural-order.ts'
import type { Clock, Pause } from '#domain/time/clock.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { createBlobTable, type BlobTable } from '#graph/live/blob-table.ts'
import type { Catalog } from '../../repositories/catalog.ts'
import { createGraphLoader, type GraphLoader } from './graph-loader.ts'
import { readReference, type DeletionInputs } from './graph-refresh.ts'
import type { Reference } from '../../manifests/tag-or-digest.ts'
import { inOrder } from '../../in-order.ts'
import type { RepositoryReader } from './repository-reader.ts'
import type { RegistryChange, RegistryChanges } from '../../registry-change.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { ObjectReader } from '#storage/object-store.ts'

export interface GraphCacheOptions {
  readonly objects: ObjectReader
  readonly catalog: Catalog
  /** Creates the reader of one refresh, which may read in threads. */
  readonly openRepositoryReader: () => RepositoryReader
  readonly changes: Pick<RegistryChanges, 'subscribe'>
  readonly clock: Clock
  readonly pause: Pause
}

/**
 * The graphs of all repositories, in memory. Our own changes are in them before a question is
 * answered. Changes by other software on the same storage show up when storage is read again: after
 * ten seconds, or later where reading takes long.
 */
export interface GraphCache {
  readonly blobs: BlobTable
  /** Null where there is no such repository. */
  graph(name: RepositoryName): Promise<RepositoryGraph | null>
  /** As of the last look; null before it. Reads nothing. */
  peek(name: RepositoryName): RepositoryGraph | null
  /**
   * What a reference shows, for a caller that decides a deletion and holds the repository's lock.
   * Rejects where storage cannot tell.
   */
  readReference(name: RepositoryName, reference: Reference): Promise<DeletionInputs>
  /**
   * The whole repository as storage has it now, for a caller that holds its lock. What cannot be
   * read, the graph names as unreadable.
   */
  readWhole(name: RepositoryName): Promise<RepositoryGraph>
  /** All graphs, sorted by name. */
  all(): Promise<ReadonlyMap<RepositoryName, RepositoryGraph>>
}

const freshForMs = 10_000
/** Reading again may take at most one part in this many of the time. */
const restFactor = 20
/**
 * A question waits for a look that takes no longer than this; otherwise it gets the graph as it
 * was.
 */
const patienceMs = 200
/**
 * Most repositories are small: several of them are read at once, to hide the latency of storage.
 */
const repositoriesAtOnce = 8

export function createGraphCache(options: GraphCacheOptions): GraphCache {
  const { catalog, clock, changes } = options
  const blobs = createBlobTable()
  const loaders = new Map<RepositoryName, GraphLoader>()
  let listing: Promise<void> | null = null
  let listedAtMs = -Infinity
  let listingTookMs = 0

  const isStale = (lookedAtMs: number, tookMs: number) => {
    const ageMs = clock.nowMs() - lookedAtMs
    // After the clock is set back, a graph must not count as fresh for ever.
    return ageMs < 0 || ageMs > Math.max(freshForMs, tookMs * restFactor)
  }

  function loaderOf(name: RepositoryName): GraphLoader {
    let loader = loaders.get(name)
    if (loader === undefined) {
      loader = createGraphLoader({ ...options, name, blobs })
      loaders.set(name, loader)
    }
    return loader
  }

  async function current(name: RepositoryName): Promise<RepositoryGraph> {
    const loader = loaderOf(name)
    await loader.changesApplied()
    if (isStale(loader.lookedAtMs, loader.tookMs)) {
      const look = loader.look()
      if (loader.lookedAtMs === -Infinity || loader.tookMs <= patienceMs) await look
      // Not awaited: if the failure lasts, the next question gets it from its own look.
      else look.catch(() => {})
    }
    return loader.graph
  }

  const namedGraph = async (name: RepositoryName) => [name, await current(name)] as const

  async function listRepositories(): Promise<void> {
    const startedAtMs = clock.nowMs()
    const names = new Set(await catalog.repositories())
    for (const name of names) loaderOf(name)
    for (const [name, loader] of loaders) {
      if (names.has(name)) continue
      loaders.delete(name)
      loader.clear()
    }
    listedAtMs = clock.nowMs()
    listingTookMs = listedAtMs - startedAtMs
  }

  async function ensureListed(): Promise<void> {
    if (!isStale(listedAtMs, listingTookMs)) return
    listing ??= listRepositories().finally(() => {
      listing = null
    })
    await listing
  }

  changes.subscribe((change: RegistryChange) => {
    const loader = loaders.get(change.repository)
    if (loader && change.isGone) {
      loaders.delete(change.repository)
      loader.clear()
    } else if (loader) loader.apply(change)
    // A repository that is new to us is read whole at the first question about it.
    else listedAtMs = -Infinity
  })

  return {
    blobs,

    async graph(name) {
      if (!loaders.has(name) && !(await catalog.has(name))) return null
      return await current(name)
    },

    peek(name) {
      const loader = loaders.get(name)
      return loader === undefined || loader.lookedAtMs === -Infinity ? null : loader.graph
    },

    async readReference(name, reference) {
      const known = loaders.get(name)
      if (known !== undefined) return await known.readReference(reference)
      // Only a repository that exists gets a loader.
      const shown = await readReference({ ...options, name }, reference)
      return { ...shown, readGraph: (image) => loaderOf(name).readCurrent(image) }
    },

    readWhole: (name) => loaderOf(name).readWhole(),

    async all() {
      await ensureListed()
      const names = sortedNaturally([...loaders.keys()])
      const graphs = new Map<RepositoryName, RepositoryGraph>()
      for await (const [name, graph] of inOrder(names, repositoriesAtOnce, namedGraph)) {
        graphs.set(name, graph)
      }
      return graphs
    },
  }
}
