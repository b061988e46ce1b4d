import type { RepositoryView } from '../repository-view.ts'
import { roleOfEdge } from './tag-path.ts'

/** The role of a manifest in an image. */
export type ManifestRole = 'image' | 'platform' | 'attached'

/**
 * All manifests below these images and attached to them, by every kind of edge, including what
 * other images need: what a complete pull fetches.
 */
export function reachableFrom<Node>(
  graph: RepositoryView<Node>,
  images: Iterable<Node>,
): Map<Node, ManifestRole> {
  const roles = new Map<Node, ManifestRole>()
  for (const image of images) roles.set(image, 'image')
  for (const [node, role] of roles) {
    const add = (other: Node, as: ManifestRole) => {
      if (!roles.has(other) && graph.isManifest(other)) roles.set(other, as)
    }
    if (graph.isIndex(node)) {
      const as = role === 'attached' ? 'attached' : 'platform'
      for (const child of graph.edgesFrom(node)) add(child, as)
    }
    for (const attached of graph.referrersOf(node)) add(attached, 'attached')
  }
  return roles
}

/**
 * The layers of an image and of its platforms, the lowest first, without those of attached
 * artifacts.
 */
export function layersOf<Node>(graph: RepositoryView<Node>, image: Node): ReadonlySet<Node> {
  const layers = new Set<Node>()
  for (const [manifest, role] of reachableFrom(graph, [image])) {
    if (role === 'attached') continue
    for (const layer of layersIn(graph, manifest)) layers.add(layer)
  }
  return layers
}

/** The layers that one manifest names itself, the lowest first; each once. */
export function layersIn<Node>(graph: RepositoryView<Node>, manifest: Node): readonly Node[] {
  const kinds = graph.kindsFrom(manifest)
  return graph.edgesFrom(manifest).filter((target, position) => {
    const kind = kinds[position]
    return kind !== undefined && roleOfEdge(kind, graph.isManifest(target)) === 'layer'
  })
}
