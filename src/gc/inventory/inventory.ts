import type { Digest } from '#domain/values/digest.ts'
import { countOf, type PackedDigests } from '#domain/values/packed-digests.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import { createGraph, type Graph } from '#graph/packed/packed-graph.ts'
import type { Yielder } from '../yielder.ts'
import type {
  InventoryFault,
  RegistryReader,
  RepositoryContents,
  TrashContents,
  UploadContents,
} from '../ports/registry-reader.ts'
import { readManifests } from './read-manifests.ts'
import { readOrFail } from './read-or-fail.ts'

export interface InventoryTag {
  readonly name: string
  /** Null when the tag's link cannot be read. */
  readonly node: number | null
  readonly history: readonly number[]
}

export interface Alias {
  readonly digest: Digest
  readonly node: number
}

export interface InventoryRepository {
  readonly name: string
  readonly tags: readonly InventoryTag[]
  readonly revisions: Int32Array
  readonly layers: Int32Array
  /**
   * Links to layers by other digests than storage keeps them by, with the node of the stored one.
   */
  readonly aliases: readonly Alias[]
  readonly uploads: readonly UploadContents[]
  readonly faults: readonly InventoryFault[]
  /** It is gone, except for images in the trash. */
  readonly isOnlyInTrash?: true
}

export interface InventoryEntry {
  readonly contents: TrashContents
  readonly nodes: Int32Array
}

/** Everything on storage, with digests as nodes of the graph. */
export interface Inventory {
  readonly startedAtMs: number
  readonly graph: Graph
  /** Sorted by name, so that nothing depends on the order in which storage lists them. */
  readonly repositories: readonly InventoryRepository[]
  readonly trash: readonly InventoryEntry[]
  /** Why digests could not be read as manifests, or what is odd about them, by node. */
  readonly unreadable: ReadonlyMap<number, string>
}

/**
 * Reads everything on storage in an order that keeps concurrent writes safe: blobs first, so that
 * what is written later is no candidate; then repositories between two reads of the trash, so that
 * an image that is being deleted or restored is seen in one of them.
 *
 * Rejects with `CollectionError` when anything breaks off: with a part of an inventory, a
 * collection would remove what only the other part needs.
 */
export async function takeInventory(
  reader: RegistryReader,
  startedAtMs: number,
  yielder: Yielder,
): Promise<Inventory> {
  const graph = createGraph()
  await listBlobs(reader, graph, yielder)
  const earlier = await listTrash(reader, graph)
  const listed = await listRepositories(reader, graph, yielder)
  const trash = withEarlier(await listTrash(reader, graph), earlier)
  const repositories = withThoseInTrash(listed, trash)
  const unreadable = await readManifests(
    reader,
    graph,
    manifestsOf(repositories, trash),
    true,
    yielder,
  )
  return { startedAtMs, graph, repositories, trash, unreadable }
}

const listBlobs = (reader: RegistryReader, graph: Graph, yielder: Yielder): Promise<void> =>
  readOrFail('LISTING_FAILED', 'listing the blobs', async () => {
    for await (const batch of reader.blobs()) {
      for (const node of await nodesOf(batch, graph, yielder)) graph.stored.set(node, 1)
    }
  })

const listRepositories = (
  reader: RegistryReader,
  graph: Graph,
  yielder: Yielder,
): Promise<InventoryRepository[]> =>
  readOrFail('LISTING_FAILED', 'listing the repositories', async () => {
    const repositories: InventoryRepository[] = []
    for await (const contents of reader.repositories()) {
      const hidden = contents.faults.find((fault) => fault.hidesLayers)
      if (hidden) {
        throw new CollectionError(
          'LAYERS_HIDDEN',
          `the layers of ${contents.name} cannot be listed: ${hidden.reason}`,
          { data: { repository: contents.name } },
        )
      }
      repositories.push(await numbered(contents, graph, yielder))
    }
    return repositories
  })

/** Adds those that are gone but for images in the trash, and sorts all by name. */
export const withThoseInTrash = (
  listed: readonly InventoryRepository[],
  trash: readonly InventoryEntry[],
): readonly InventoryRepository[] =>
  [...listed, ...onlyInTrash(listed, trash)].toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** Repositories that are gone, except for images in the trash. */
function onlyInTrash(
  listed: readonly InventoryRepository[],
  trash: readonly InventoryEntry[],
): InventoryRepository[] {
  const missing = new Set(trash.map(({ contents }) => contents.repository))
  for (const { name } of listed) missing.delete(name)
  return [...missing].map((name) => ({
    name,
    tags: [],
    revisions: new Int32Array(),
    layers: new Int32Array(),
    aliases: [],
    uploads: [],
    faults: [],
    isOnlyInTrash: true,
  }))
}

/** The same with nodes of the graph. */
export async function numbered(
  contents: RepositoryContents,
  graph: Graph,
  yielder: Yielder,
): Promise<InventoryRepository> {
  const tags: InventoryTag[] = []
  for (const { name, digest, history } of contents.tags) {
    tags.push({
      name,
      node: digest === null ? null : graph.nodeOf(digest),
      history: history.map(graph.nodeOf),
    })
    const pending = yielder.step()
    if (pending) await pending
  }
  const { name, uploads, faults } = contents
  const aliases = (contents.aliases ?? []).map(({ digest, stored }): Alias => {
    graph.alias(digest, stored)
    return { digest, node: graph.nodeOf(stored) }
  })
  const revisions = await nodesOf(contents.revisions, graph, yielder)
  const layers = await nodesOf(contents.layers, graph, yielder)
  for (const layer of layers) graph.isLeafBlob.set(layer, 1)
  return { name, tags, revisions, layers, aliases, uploads, faults }
}

/** This many digests get their nodes between two yields. */
const numberedAtOnce = 1024

async function nodesOf(
  digests: PackedDigests,
  graph: Graph,
  yielder: Yielder,
): Promise<Int32Array<ArrayBuffer>> {
  const count = countOf(digests)
  const nodes = new Int32Array(count)
  for (let from = 0; from < count; from += numberedAtOnce) {
    const slice = graph.nodesOf(digests, from, Math.min(count, from + numberedAtOnce))
    nodes.set(slice, from)
    const pending = yielder.step(slice.length)
    if (pending) await pending
  }
  return nodes
}

export const listTrash = (
  reader: Pick<RegistryReader, 'trash'>,
  graph: Graph,
): Promise<InventoryEntry[]> =>
  readOrFail('TRASH_UNREADABLE', 'reading the trash', async () =>
    (await reader.trash()).map((contents) => ({
      contents,
      nodes: Int32Array.from(contents.manifests, graph.nodeOf),
    })),
  )

/** An entry that has disappeared was restored: its image may be needed. */
function withEarlier(
  now: readonly InventoryEntry[],
  earlier: readonly InventoryEntry[],
): readonly InventoryEntry[] {
  const known = new Set(now.map(({ contents }) => contents.id))
  return [...now, ...earlier.filter(({ contents }) => !known.has(contents.id))]
}

/** The manifests that repositories and trash name. */
export function* manifestsOf(
  repositories: readonly InventoryRepository[],
  trash: readonly InventoryEntry[],
): Generator<number> {
  for (const { tags, revisions } of repositories) {
    yield* revisions
    for (const { node } of tags) {
      if (node !== null) yield node
    }
  }
  for (const { nodes } of trash) yield* nodes
}
