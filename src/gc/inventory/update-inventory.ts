import type { Digest } from '#domain/values/digest.ts'
import { packDigests } from '#domain/values/packed-digests.ts'
import { isManifestNode, type Graph } from '#graph/packed/packed-graph.ts'
import type { LaterReads } from '../ports/later-reads.ts'
import type { RepositoryContents } from '../ports/registry-reader.ts'
import type { RepositoryParts, StoreChanges } from '../ports/store-changes.ts'
import type { Yielder } from '../yielder.ts'
import {
  listTrash,
  manifestsOf,
  numbered,
  withThoseInTrash,
  type Inventory,
  type InventoryRepository,
  type InventoryTag,
} from './inventory.ts'
import { readManifests } from './read-manifests.ts'
import { readOrFail } from './read-or-fail.ts'

/**
 * The inventory of now, if nothing has changed since an earlier one but this: only that is read.
 * Null where the parts cannot tell, so that everything has to be read again. The earlier inventory
 * stays as it is.
 *
 * Of the trash and its images it promises no single moment: where the trash changes during the call,
 * call again.
 */
export async function updateInventory(
  before: Inventory,
  changes: StoreChanges,
  reads: LaterReads,
  startedAtMs: number,
  yielder: Yielder,
): Promise<Inventory | null> {
  // The node of another digest of the same bytes does not tell which of the two was linked.
  if (before.repositories.some(({ aliases }) => aliases.length > 0)) return null
  const graph = before.graph.copyUnread()
  await noteStored([...changes.blobs], graph, reads)
  const listed = new Map<string, InventoryRepository>()
  for (const repository of before.repositories) {
    if (!repository.isOnlyInTrash) listed.set(repository.name, repository)
  }
  for (const [name, parts] of changes.repositories) {
    const updating = { graph, reads, yielder }
    const updated = await updatedRepository(name, listed.get(name), parts, updating)
    if (updated === 'unclear') return null
    if (updated === null) listed.delete(name)
    else listed.set(name, updated)
  }
  for (const { layers } of listed.values()) {
    for (const layer of layers) {
      graph.isLeafBlob.set(layer, 1)
      const pending = yielder.step()
      if (pending) await pending
    }
  }
  const trash = changes.trash ? await listTrash(reads, graph) : before.trash
  const repositories = withThoseInTrash([...listed.values()], trash)
  const changed = new Set([...changes.blobs].map(graph.nodeOf))
  const unreadable = await readManifests(
    reads,
    graph,
    manifestsOf(repositories, trash),
    true,
    yielder,
    {
      ...before,
      // What could not be read before may be readable now.
      holds: (node) => isManifestNode(before.graph, node) && !changed.has(node),
    },
  )
  return { startedAtMs, graph, repositories, trash, unreadable }
}

async function noteStored(
  blobs: readonly Digest[],
  graph: Graph,
  reads: LaterReads,
): Promise<void> {
  if (blobs.length === 0) return
  const sizes = await readOrFail('STORAGE_FAILED', 'looking at blobs', () =>
    reads.stat(packDigests(blobs)),
  )
  for (const [position, digest] of blobs.entries()) {
    graph.stored.set(graph.nodeOf(digest), (sizes[position] ?? -1) < 0 ? 0 : 1)
  }
}

const isWhole = ({ faults, aliases = [] }: RepositoryContents): boolean =>
  faults.length + aliases.length === 0

/** Whether a repository that has nothing is there at all, only a look at its folder tells. */
const hasAny = ({ tags, revisions, layers, uploads }: InventoryRepository): boolean =>
  tags.length + revisions.length + layers.length + uploads.length > 0

interface Updating {
  readonly graph: Graph
  readonly reads: LaterReads
  readonly yielder: Yielder
}

/** As it is now; null: there is none. `unclear`: everything has to be read again. */
async function updatedRepository(
  name: string,
  before: InventoryRepository | undefined,
  parts: RepositoryParts | 'whole',
  { graph, reads, yielder }: Updating,
): Promise<InventoryRepository | null | 'unclear'> {
  const listing = <T>(read: () => Promise<T>) =>
    readOrFail('LISTING_FAILED', `listing ${name}`, read)
  // What could not be read then may be readable now.
  if (parts !== 'whole' && before?.faults.length === 0) {
    const contents = await listing(() => reads.partsOf(name, parts))
    if (contents !== null && isWhole(contents)) {
      const now = await numbered(contents, graph, yielder)
      const updated = withParts(before, parts, now, graph)
      if (hasAny(updated)) return updated
    }
  }
  const contents = await listing(() => reads.repository(name))
  if (contents === null) return null
  const { aliases = [], faults } = contents
  if (aliases.length > 0 || faults.some(({ hidesLayers }) => hidesLayers)) return 'unclear'
  return await numbered(contents, graph, yielder)
}

/** A repository with these parts of it as they were read now, in the order in which they are listed. */
function withParts(
  before: InventoryRepository,
  parts: RepositoryParts,
  now: InventoryRepository,
  graph: Graph,
): InventoryRepository {
  const digestOf = (node: number): Digest => graph.digestOf(node)
  const withLinks = (
    nodes: Int32Array,
    changed: ReadonlySet<Digest>,
    linked: Int32Array,
  ): Int32Array => {
    if (changed.size === 0) return nodes
    const gone = new Set([...changed].map(graph.nodeOf))
    return Int32Array.from(
      merged(
        [...nodes].filter((node) => !gone.has(node)),
        [...linked],
        digestOf,
      ),
    )
  }
  return {
    ...before,
    tags:
      parts.tags.size === 0
        ? before.tags
        : merged(
            before.tags.filter((tag) => !parts.tags.has(tag.name)),
            now.tags,
            (tag: InventoryTag) => tag.name,
          ),
    revisions: withLinks(before.revisions, parts.revisions, now.revisions),
    layers: withLinks(before.layers, parts.layers, now.layers),
    uploads: parts.uploads ? now.uploads : before.uploads,
  }
}

/** Puts a few items among many. If those are in order, the result is. */
function merged<T>(
  many: readonly T[],
  few: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const all = [...many]
  for (const item of few) {
    const key = keyOf(item)
    let [from, to] = [0, all.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (keyOf(all[middle] as T) < key) from = middle + 1
      else to = middle
    }
    all.splice(from, 0, item)
  }
  return all
}
