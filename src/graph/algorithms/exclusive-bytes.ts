import type { RepositoryView } from '../repository-view.ts'
import { goingWith, manifestsOfUnit } from './image-unit.ts'

/** For each node that manifests of a repository refer to: how many of these manifests do. */
export type ReferenceCounts<Node> = ReadonlyMap<Node, number>

/** Each manifest refers to itself too. */
export function referenceCountsOf<Node>(
  graph: RepositoryView<Node>,
  manifests: Iterable<Node>,
): ReferenceCounts<Node> {
  const counts = new Map<Node, number>()
  const count = (node: Node) => counts.set(node, (counts.get(node) ?? 0) + 1)
  for (const manifest of manifests) {
    if (!graph.isManifest(manifest)) continue
    count(manifest)
    for (const target of graph.edgesFrom(manifest)) count(target)
  }
  return counts
}

/** Whether no other manifest, in any repository, refers to the node. */
export const isExclusive = <Node>(
  graph: RepositoryView<Node>,
  node: Node,
  counts: ReferenceCounts<Node>,
): boolean => graph.referenceCountOf(node) === (counts.get(node) ?? 0)

export function totalBytes<Node>(graph: RepositoryView<Node>, nodes: Iterable<Node>): number {
  let sum = 0
  for (const node of nodes) sum += graph.sizeOf(node)
  return sum
}

/** The bytes of these nodes that nothing else in the registry refers to. */
export function exclusiveBytes<Node>(
  graph: RepositoryView<Node>,
  counts: ReferenceCounts<Node>,
): number {
  let sum = 0
  for (const node of counts.keys()) {
    if (isExclusive(graph, node, counts)) sum += graph.sizeOf(node)
  }
  return sum
}

/** The exclusive bytes of an image, with all that goes with it. */
export const exclusiveBytesOf = <Node>(graph: RepositoryView<Node>, image: Node): number =>
  exclusiveBytes(graph, referenceCountsOf(graph, goingWith(manifestsOfUnit(graph, [image]))))
