import type { Candidates } from './candidates.ts'
import { isManifestNode, type Graph } from '#graph/packed/packed-graph.ts'
import { manifestStatus } from '#graph/packed/parsed-manifests.ts'
import type { Marking } from './mark.ts'
import { createWalker, noAttachments, reachOf } from '#graph/packed/walker.ts'

/**
 * An unreadable manifest may list an unlinked one. So the unlinked one stays, with everything it
 * reaches, if it needs a layer that was kept because of something unreadable; and so does an index
 * above it.
 */
export function keepRetainedByBroken(candidates: Candidates, graph: Graph, marking: Marking): void {
  const { kept, retainedByBrokenRepository } = marking
  const walker = createWalker(graph)
  let waiting = candidates.unlinked
  for (;;) {
    const retaining = waiting.filter((node) => leadsToRetained(node, graph, marking))
    if (retaining.length === 0) break
    for (const node of reachOf(walker, retaining, noAttachments)) kept.set(node, 1)
    for (const node of retaining) retainedByBrokenRepository.set(node, 1)
    waiting = waiting.filter((node) => retainedByBrokenRepository.get(node) === 0)
  }
}

/**
 * While a repository hides which manifests it has, any manifest on storage may be one of them and
 * stays, deleted or not. The links of the repository already keep the layers that it would need.
 */
export function keepManifests(candidates: Candidates, graph: Graph, { kept }: Marking): void {
  for (const node of candidates.blobs) {
    // A blob that is named as a layer and cannot be read as a manifest is a layer.
    const status = graph.status.get(node)
    const isUnknown =
      (status === manifestStatus.unreadable || status === manifestStatus.opaque) &&
      graph.isLeafBlob.get(node) === 0
    if (isManifestNode(graph, node) || isUnknown) kept.set(node, 1)
  }
}

function leadsToRetained(
  node: number,
  graph: Graph,
  { retainedByBrokenRepository }: Marking,
): boolean {
  for (let edge = graph.edgesFrom(node); edge < graph.edgesTo(node); edge += 1) {
    if (retainedByBrokenRepository.get(graph.edgeTarget.get(edge)) === 1) return true
  }
  return false
}
