import type { Digest } from '#domain/values/digest.ts'
import type { BlobNode } from '../live/blob-table.ts'
import type { RepositoryGraph } from '../live/repository-graph.ts'

/**
 * The blobs that manifests of a repository refer to, with the number of these manifests for each.
 */
export function referenceCountsOf(
  graph: RepositoryGraph,
  manifests: Iterable<Digest>,
): Map<BlobNode, number> {
  const referenceCounts = new Map<BlobNode, number>()
  const count = (node: BlobNode) => referenceCounts.set(node, (referenceCounts.get(node) ?? 0) + 1)
  for (const digest of manifests) {
    const node = graph.manifest(digest)
    if (node === undefined) continue
    count(node.blob)
    node.references.forEach(count)
  }
  return referenceCounts
}

/** Whether no other manifest, in any repository, refers to the blob. */
export const isExclusive = (node: BlobNode, countHere: number): boolean =>
  node.referenceCount === countHere

export function totalBytes(nodes: Iterable<BlobNode>): number {
  let sum = 0
  for (const node of nodes) sum += node.sizeBytes
  return sum
}

export function exclusiveBytes(referenceCounts: ReadonlyMap<BlobNode, number>): number {
  let sum = 0
  for (const [node, holders] of referenceCounts)
    if (isExclusive(node, holders)) sum += node.sizeBytes
  return sum
}
