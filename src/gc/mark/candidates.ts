import { maximumManifestBytes } from '#domain/manifest/manifest.ts'
import { isManifestNode, type Graph } from '#graph/packed/packed-graph.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Marking } from './mark.ts'
import type { Yielder } from '../yielder.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { readManifests } from '../inventory/read-manifests.ts'
import { readInSlices, readOrFail, sizesInSlice } from '../inventory/read-or-fail.ts'

/** Blobs that no marked node leads to. */
export interface Candidates {
  readonly blobs: readonly number[]
  /** Those of them that are manifests, and that neither a repository nor the trash names. */
  readonly unlinked: readonly number[]
}

/**
 * Finds the unmarked blobs, stats them, and finds the manifests among them: other software deletes
 * an image by unlinking its manifest, which then remains as a blob.
 */
export async function findCandidates(
  reader: Pick<RegistryReader, 'manifests' | 'stat'>,
  inventory: Inventory,
  marking: Marking,
  yielder: Yielder,
): Promise<Candidates> {
  const { graph } = inventory
  const unmarked: number[] = []
  for (let node = 0; node < graph.size; node += 1) {
    if (graph.stored.get(node) === 1 && marking.kept.get(node) === 0) unmarked.push(node)
    const pending = yielder.step()
    if (pending) await pending
  }
  const blobs = await statBlobs(unmarked, reader, graph, yielder)
  // The bytes of a manifest may have been pushed as a layer too. A repository that cannot be read
  // whole may still need it as a manifest.
  const mustOpenLayers = marking.repositories.some(({ brokenBy }) => brokenBy !== null)
  const unknown = blobs.filter(
    (node) =>
      graph.status.get(node) === manifestStatus.unread &&
      // A manifest or link names most garbage as a layer: those need not be opened.
      (mustOpenLayers || graph.isLeafBlob.get(node) === 0) &&
      graph.sizes.get(node) <= maximumManifestBytes,
  )
  await readManifests(reader, graph, unknown, false, yielder)
  return { blobs, unlinked: unknown.filter((node) => isManifestNode(graph, node)) }
}

/** Stats blobs, and leaves out those that are gone. */
async function statBlobs(
  nodes: readonly number[],
  reader: Pick<RegistryReader, 'stat'>,
  graph: Graph,
  yielder: Yielder,
): Promise<readonly number[]> {
  const isThere = new Uint8Array(nodes.length)
  await readInSlices(nodes.keys(), sizesInSlice, async (positions) => {
    const slice = positions.map((position) => nodes[position] ?? -1)
    const sizes = await readOrFail('STORAGE_FAILED', 'reading the sizes of blobs', () =>
      reader.stat(graph.digestsOf(slice)),
    )
    for (const [nth, position] of positions.entries()) {
      const size = sizes[nth] ?? -1
      if (size < 0) continue
      graph.sizes.set(slice[nth] ?? -1, size)
      isThere[position] = 1
    }
    await yielder.step(slice.length)
  })
  return nodes.filter((_, position) => isThere[position] === 1)
}
