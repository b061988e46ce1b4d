import type { Digest } from '#domain/values/digest.ts'
import type { BlobNode } from './graph/blob-table.ts'
import type { RepositoryGraph } from './graph/repository-graph.ts'

/** What manifests of a repository hold, and how many of them hold each. */
export function holdingsOf(
  graph: RepositoryGraph,
  manifests: Iterable<Digest>,
): Map<BlobNode, number> {
  const holdings = new Map<BlobNode, number>()
  const count = (node: BlobNode) => holdings.set(node, (holdings.get(node) ?? 0) + 1)
  for (const digest of manifests) {
    const node = graph.manifest(digest)
    if (node === undefined) continue
    count(node.blob)
    node.references.forEach(count)
  }
  return holdings
}

/** No manifest elsewhere, in any repository, holds it. */
export const isExclusive = (node: BlobNode, holdersHere: number): boolean =>
  node.holders === holdersHere

export function totalBytes(nodes: Iterable<BlobNode>): number {
  let sum = 0
  for (const node of nodes) sum += node.sizeBytes
  return sum
}

export function exclusiveBytes(holdings: ReadonlyMap<BlobNode, number>): number {
  let sum = 0
  for (const [node, holders] of holdings) if (isExclusive(node, holders)) sum += node.sizeBytes
  return sum
}
