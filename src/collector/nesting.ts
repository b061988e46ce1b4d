import type { Graph } from './graph.ts'
import { edgeKinds, readings } from './manifest-readings.ts'
import type { Attachments } from './walker.ts'

/**
 * Puts manifests in an order in which an index comes before the manifests that it lists, and a
 * subject before what is attached to it. Where the two contradict each other (an index that is
 * attached to what it lists), the index comes first. No recursion: nesting has no bound.
 */
export function outermostFirst(
  graph: Graph,
  nodes: readonly number[],
  attachments: Attachments,
): number[] {
  const members = new Set(nodes)
  const finished: number[] = []
  const entered = new Set<number>()

  const isIndex = (node: number): boolean => graph.reading.get(node) === readings.index

  function enter(root: number): void {
    const path: { node: number; inner: readonly number[]; position: number }[] = []
    const push = (node: number): void => {
      if (!members.has(node) || entered.has(node)) return
      entered.add(node)
      path.push({ node, inner: innerOf(graph, node, attachments), position: 0 })
    }
    push(root)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const inner = last.inner[last.position]
      last.position += 1
      if (inner !== undefined) push(inner)
      else finished.push(path.pop()?.node ?? last.node)
    }
  }

  // What is finished last comes first, so the indexes are entered first among themselves.
  for (const node of nodes) if (isIndex(node)) enter(node)
  for (const node of nodes) enter(node)
  return finished.toReversed()
}

function innerOf(graph: Graph, node: number, attachments: Attachments): number[] {
  const inner: number[] = []
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    if (graph.edgeKind.get(edge) >= edgeKinds.manifest) inner.push(graph.edgeTarget.get(edge))
  }
  return [...inner, ...(attachments.get(node) ?? [])]
}
