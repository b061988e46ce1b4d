import { createNumberColumn } from '#graph/packed/growable-column.ts'
import type { Graph } from '#graph/packed/packed-graph.ts'
import type { InventoryRepository } from '../inventory/inventory.ts'
import type { Yielder } from '../yielder.ts'

/**
 * The links of one repository at a time: a registry serves nothing else, wherever the bytes lie.
 */
export interface Links {
  /** Switches to the links of this repository. */
  begin(repository: InventoryRepository, yielder: Yielder): Promise<void>
  isManifest(node: number): boolean
  isBlob(node: number): boolean
}

export function createLinks(graph: Graph): Links {
  const manifestIn = createNumberColumn()
  const blobIn = createNumberColumn()
  let round = 0

  return {
    async begin({ revisions, layers }, yielder) {
      round += 1
      for (const node of revisions) manifestIn.set(node, round)
      for (const node of layers) {
        blobIn.set(node, round)
        const pending = yielder.step()
        if (pending) await pending
      }
    },
    isManifest: (node) => manifestIn.get(node) === round,
    isBlob: (node) =>
      blobIn.get(node) === round || graph.sameAs(node).some((other) => blobIn.get(other) === round),
  }
}
