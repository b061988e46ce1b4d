import { unknownReferences } from '../running/known-references.ts'
import { runningImages } from '../running/running-images.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { impactOf, impactOfRepository } from './deletion-impact.ts'
import { exclusiveBytesOf } from '#graph/algorithms/exclusive-bytes.ts'
import { describeImage } from './image-details.ts'
import { createImageMetadataReader } from './image-metadata.ts'
import { createLayerInstructions } from './layer-instructions.ts'
import { summarizeRepository } from './image-summary.ts'
import { createImagesWithBytes } from './largest-images.ts'
import { countLayerReferences, imagesOf, mapLayers } from './layer-map.ts'
import { tagsUnreadable } from './graph/graph-loader.ts'
import { blobFile, layerLink, revisionLink, tagsFolder } from '../layout.ts'
import { slicesInOrder } from '../in-order.ts'
import type { RepositoryReader } from './graph/repository-reader.ts'
import type { RepositoryQueries } from './repository-queries.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { GraphCache } from './graph/graph-cache.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects } from '#storage/single-object.ts'
import { createTagList, type TagList } from './tag-list.ts'
import { bytesFreedBy, bytesOfAll } from './retention/freed-bytes.ts'
import { readImageFacts } from './retention/image-facts.ts'
import { readLinkTimes } from './untagged.ts'
import { untaggedImagesOf } from './untagged-images.ts'
import { shortestTagPath } from '#graph/algorithms/tag-path.ts'
import { createHeldBytes } from './held-bytes.ts'
import type { CreateDigester } from '#storage/digester.ts'
import type { TrashStore } from '../trash/trash-store.ts'

export interface RepositoryQueriesOptions {
  readonly objects: ObjectReader
  /** Creates the reader of one question, which decides how and on which thread it reads storage. */
  readonly openRepositoryReader: () => RepositoryReader
  readonly graphs: GraphCache
  readonly trash: TrashStore
  readonly pause: Pause
  readonly createDigester: CreateDigester
  readonly acceptsSparseIndexes: () => Promise<boolean>
}

/**
 * Caches what was computed from a graph until the graph changes; concurrent questions share the
 * work.
 */
function createPerGraphCache<T>(
  compute: (name: RepositoryName, graph: RepositoryGraph) => Promise<T>,
): (name: RepositoryName, graph: RepositoryGraph) => Promise<T> {
  const kept = new WeakMap<RepositoryGraph, { version: number; value: Promise<T> }>()
  return (name, graph) => {
    const known = kept.get(graph)
    if (known?.version === graph.version) return known.value
    const value = compute(name, graph)
    kept.set(graph, { version: graph.version, value })
    return value
  }
}

async function isAnyThere(objects: ObjectReader, keys: readonly string[]): Promise<boolean> {
  const heads = await headObjects(objects, keys)
  return heads.some((head) => head !== null)
}

export function createRepositoryQueries(options: RepositoryQueriesOptions): RepositoryQueries {
  const { objects, graphs, pause } = options
  const heldBytes = createHeldBytes(options)
  const origins = createImageMetadataReader(objects, pause)
  const layerInstructions = createLayerInstructions(objects, pause)
  const tagLists = new WeakMap<RepositoryGraph, TagList>()
  const repositorySummary = createPerGraphCache((name, graph) =>
    summarizeRepository(name, graph, pause),
  )

  const tagsOf = (graph: RepositoryGraph) => {
    const tags = tagLists.get(graph) ?? createTagList(graph, pause)
    tagLists.set(graph, tags)
    return tags.current()
  }
  const repositoryImages = createPerGraphCache(async (_name, graph) =>
    imagesOf(graph, await tagsOf(graph), pause),
  )
  const layerHolders = createPerGraphCache(async (name, graph) =>
    countLayerReferences(graph, await repositoryImages(name, graph), pause),
  )

  const imagesWithBytes = createImagesWithBytes(repositoryImages, pause)

  return {
    async repositories() {
      const all = await graphs.all()
      return await Promise.all(Array.from(all, ([name, graph]) => repositorySummary(name, graph)))
    },

    async repository(name) {
      const graph = await graphs.graph(name)
      return graph && (await repositorySummary(name, graph))
    },

    async tags(name) {
      const graph = await graphs.graph(name)
      if (graph?.unreadable.has(tagsUnreadable)) throw new StoreError('DENIED', tagsFolder(name))
      return graph && (await tagsOf(graph))
    },

    async images(name) {
      const graph = await graphs.graph(name)
      return graph && (await repositoryImages(name, graph))
    },

    async imagesWithBytes() {
      return await imagesWithBytes(await graphs.all())
    },

    async untagged(name) {
      // Loads all repositories, because what is exclusive depends on every one of them.
      const graph = (await graphs.all()).get(name)
      return graph ? await untaggedImagesOf(graph, pause) : null
    },

    linkTimes: (name, digests) => readLinkTimes(options, name, digests),

    async layerMap(name, images) {
      // Loads all repositories, because others may hold the same layers.
      const graph = (await graphs.all()).get(name)
      if (graph === undefined) return { images: [], layers: [] }
      const [holders, instructions] = await Promise.all([
        layerHolders(name, graph),
        layerInstructions.of(name, graph, images),
      ])
      return await mapLayers(graph, images, holders, instructions, pause)
    },

    async image(name, digest) {
      const all = await graphs.all()
      const { blobs } = graphs
      return await describeImage({ objects, blobs, graphs: all, pause }, name, digest)
    },

    async exclusiveBytes(name, digests) {
      // Loads all repositories, because what is exclusive depends on every one of them.
      const graph = (await graphs.all()).get(name)
      const bytes = new Map<(typeof digests)[number], number>()
      for (const [position, digest] of digests.entries()) {
        if (!graph?.manifest(digest)) continue
        bytes.set(digest, exclusiveBytesOf(graph.view, graph.nodeOf(digest)))
        if (position % 500 === 499) await pause()
      }
      return bytes
    },

    async origins(name, digests) {
      const graph = await graphs.graph(name)
      if (graph === null) return new Map()
      const known = digests.filter((digest) => graph.manifest(digest))
      return await origins.origins(name, graph, known)
    },

    async flaws(name, digests) {
      const reader = options.openRepositoryReader()
      const mayBeSparse = await options.acceptsSparseIndexes()
      const flaws = new Map<Digest, string>()
      const look = async (some: readonly Digest[]) =>
        [some, await reader.imageFlaws(name, some, mayBeSparse)] as const
      for await (const [some, found] of slicesInOrder(digests, look)) {
        for (const [position, digest] of some.entries()) {
          const flaw = found[position] ?? null
          if (flaw !== null) flaws.set(digest, flaw)
        }
        await pause()
      }
      return flaws
    },

    async impact(name, references, whole) {
      return await impactOf(await graphs.all(), name, { references, whole }, pause)
    },

    async repositoryImpact(name) {
      return await impactOfRepository(await graphs.all(), name, options)
    },

    async tagOver(digest, isAmong) {
      for (const [name, graph] of await graphs.all()) {
        if (!isAmong(name)) continue
        const found = await shortestTagPath(graph.view, graph.nodeOf(digest), pause)
        if (found === null) continue
        const { tag, steps } = found
        const shown = steps.map(({ node, as }) => ({ digest: node.digest, as }))
        return { repository: name, tag, steps: shown }
      }
      return null
    },

    async isLinked(digest, isAmong) {
      const names = [...(await graphs.all()).keys()].filter(isAmong)
      return (
        (await isAnyThere(
          objects,
          names.map((name) => layerLink(name, digest)),
        )) ||
        (await isAnyThere(
          objects,
          names.map((name) => revisionLink(name, digest)),
        ))
      )
    },

    async isStored(digest) {
      const [outcome] = await objects.headMany([blobFile(digest)])
      return outcome?.kind !== 'absent'
    },

    async retentionFacts(name, request) {
      // Loads all repositories where bytes decide: what is freed depends on every one of them.
      const { freedBytes } = request.needed
      const graph = freedBytes ? (await graphs.all()).get(name) : await graphs.graph(name)
      if (!graph) return null
      const images = await readImageFacts({ objects, pause }, name, graph, request)
      return { images, gaps: [...graph.unreadable] }
    },

    async unknownReferences(references) {
      return await unknownReferences(await graphs.all(), references, pause)
    },

    async runningImages(name, reported) {
      const graph = await graphs.graph(name)
      return graph === null ? new Map() : runningImages(graph, name, reported)
    },

    async bytesFreedBy(going) {
      return await bytesFreedBy(await graphs.all(), going, pause)
    },

    async bytesOfAll() {
      return await bytesOfAll(await graphs.all(), pause)
    },

    async heldBytes() {
      await graphs.all()
      const { files } = await options.trash.readable()
      return await heldBytes.of(files, graphs.blobs)
    },
  }
}
