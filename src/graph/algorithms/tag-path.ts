import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Pause } from '#domain/time/clock.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { edgeKinds, type EdgeKind } from '../edges.ts'
import type { RepositoryView } from '../repository-view.ts'

/** How a step of a path leads to the next. */
export type PathRole = 'root' | 'manifest' | 'config' | 'layer' | 'attached'

/** How a tag leads to a node. */
export interface TagPath<Node> {
  readonly tag: TagName
  /**
   * From the manifest that the tag names (`root`) to the node; `as`: the role of each in the one
   * before.
   */
  readonly steps: readonly { readonly node: Node; readonly as: PathRole }[]
}

/** A node on the path up to a tag, and what it leads to. */
interface Holder<Node> {
  readonly node: Node
  /** The role of the step below in this one. */
  readonly as: PathRole
  readonly below: Holder<Node> | null
}

/** @param isManifest whether the target is one: an index lists blobs too */
export function roleOfEdge(kind: EdgeKind, isManifest: boolean): PathRole {
  switch (kind) {
    case edgeKinds.config:
      return 'config'
    case edgeKinds.layer:
    case edgeKinds.foreignLayer:
      return 'layer'
    case edgeKinds.attached:
    case edgeKinds.subject:
      return 'attached'
    case edgeKinds.entry:
    case edgeKinds.optionalEntry:
      return isManifest ? 'manifest' : 'layer'
    case edgeKinds.manifest:
      return 'manifest'
  }
}

/**
 * The shortest path from a tag to a node within one repository; null where no tag leads there.
 * Looks at every manifest that the repository links.
 */
export async function shortestTagPath<Node>(
  graph: RepositoryView<Node>,
  node: Node,
  pause: Pause,
): Promise<TagPath<Node> | null> {
  const maybeYield = createMaybeYield(pause)
  const seen = new Set([node])
  const waiting: Holder<Node>[] = []
  const climb = (to: Node, as: PathRole, below: Holder<Node>): void => {
    if (seen.has(to)) return
    seen.add(to)
    waiting.push({ node: to, as, below })
  }
  const isManifest = graph.isManifest(node)
  const bottom: Holder<Node> = { node, as: 'root', below: null }
  if (isManifest) waiting.push(bottom)
  for (const manifest of graph.manifests()) {
    const position = graph.edgesFrom(manifest).indexOf(node)
    const kind = position < 0 ? undefined : graph.kindsFrom(manifest)[position]
    // A manifest that is listed and not linked is no part of the repository.
    if (kind !== undefined && (isManifest || kind !== edgeKinds.manifest)) {
      climb(manifest, roleOfEdge(kind, isManifest), bottom)
    }
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  for (const holder of waiting) {
    const [tag] = graph.tagsOf(holder.node)
    if (tag !== undefined) return { tag, steps: stepsFrom(holder) }
    for (const parent of graph.parentsOf(holder.node)) climb(parent, 'manifest', holder)
    for (const subject of graph.subjectsOf(holder.node)) climb(subject, 'attached', holder)
    await maybeYield()
  }
  return null
}

function stepsFrom<Node>(top: Holder<Node>): TagPath<Node>['steps'] {
  const steps: { node: Node; as: PathRole }[] = [{ node: top.node, as: 'root' }]
  for (let holder = top; holder.below !== null; holder = holder.below) {
    steps.push({ node: holder.below.node, as: holder.as })
  }
  return steps
}
