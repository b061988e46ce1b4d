import { sortedNaturally } from '#domain/values/natural-order.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { RepositoryView } from '../repository-view.ts'

/** The tags of a manifest, and of the indexes that list it. */
export function tagsShowing<Node>(graph: RepositoryView<Node>, manifest: Node): readonly TagName[] {
  const tags = new Set<TagName>()
  const seen = new Set([manifest])
  for (const each of seen) {
    for (const tag of graph.tagsOf(each)) tags.add(tag)
    for (const parent of graph.parentsOf(each)) seen.add(parent)
  }
  return sortedNaturally([...tags])
}

/** A manifest outside a unit that refers to some of the nodes of a question. */
export interface FoundUse<Node> {
  readonly repository: RepositoryName
  readonly manifest: Node
  readonly used: readonly Node[]
}

/**
 * Visits every manifest outside the unit that refers to one of these nodes. It walks all manifests
 * of the registry and may visit as many, so call it for one question only, and keep little of each
 * visit.
 */
export async function visitUses<Node>(
  graphs: Iterable<readonly [RepositoryName, RepositoryView<Node>]>,
  nodes: ReadonlySet<Node>,
  unit: { readonly repository: RepositoryName; readonly manifests: ReadonlyMap<Node, unknown> },
  visit: (use: FoundUse<Node>) => void,
  pause: Pause,
): Promise<void> {
  if (nodes.size === 0) return
  const maybeYield = createMaybeYield(pause)
  for (const [repository, graph] of graphs) {
    for (const manifest of graph.manifests()) {
      await maybeYield()
      if (repository === unit.repository && unit.manifests.has(manifest)) continue
      const used = [manifest, ...graph.edgesFrom(manifest)].filter((node) => nodes.has(node))
      if (used.length > 0) visit({ repository, manifest, used })
    }
  }
}
