import { reversePostorder } from '#domain/values/reverse-postorder.ts'
import type { Graph } from './packed-graph.ts'
import { edgeKinds } from '../edges.ts'
import { manifestStatus } from './parsed-manifests.ts'
import type { Attachments } from './walker.ts'

/**
 * Orders manifests so that an index comes before the manifests that it lists, and a subject before
 * what is attached to it. Where the two contradict each other (an index that is attached to what it
 * lists), the index comes first.
 */
export function parentsFirst(
  graph: Graph,
  nodes: readonly number[],
  attachments: Attachments,
): readonly number[] {
  const members = new Set(nodes)
  const isIndex = (node: number): boolean => graph.status.get(node) === manifestStatus.index
  // A cycle is cut where it is entered, so the indexes are entered first.
  return reversePostorder([...nodes.filter(isIndex), ...nodes], (node) =>
    childrenOf(graph, node, attachments).filter((inner) => members.has(inner)),
  )
}

function childrenOf(graph: Graph, node: number, attachments: Attachments): number[] {
  const inner: number[] = []
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    if (graph.edgeKind.get(edge) >= edgeKinds.manifest) inner.push(graph.edgeTarget.get(edge))
  }
  return [...inner, ...(attachments.get(node) ?? [])]
}
