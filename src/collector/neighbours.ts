import type { Graph } from './graph.ts'
import type { CollectionPlan } from './plan.ts'

/**
 * What a plan comes close to: all that the manifests and links it removes lead to. What of it is
 * kept is shared with something that goes, and is worth a look afterwards.
 */
export function neighboursOf({ items }: CollectionPlan, graph: Graph): ReadonlySet<number> {
  const neighbours = new Set<number>()
  for (const { digest } of items) {
    const node = digest === null ? -1 : graph.find(digest)
    if (node < 0) continue
    neighbours.add(node)
    for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
      neighbours.add(graph.edgeTarget.get(edge))
    }
  }
  return neighbours
}
