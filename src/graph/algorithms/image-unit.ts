import { reversePostorder } from '#domain/values/reverse-postorder.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { RepositoryView } from '../repository-view.ts'
import { reachableFrom, type ManifestRole } from './reachability.ts'

/**
 * What is deleted with an image: the manifest, the platforms under it if it is an index (at any
 * depth), and what is attached to any of these, as far as nothing else in the repository needs it.
 */
export interface ImageUnit<Node> {
  /**
   * The image first, then platforms, then attached artifacts; but no manifest before an index of
   * the unit that lists it. A deletion unlinks them in this order; a restore links them in the
   * reverse.
   */
  readonly manifests: ReadonlyMap<Node, ManifestRole>
  /** Every tag of these manifests. */
  readonly tags: readonly TagName[]
  /** Indexes outside the unit that list an image itself: deleting it would break them. */
  readonly listedBy: readonly Node[]
}

const rank: Readonly<Record<ManifestRole, number>> = { image: 0, platform: 1, attached: 2 }

/** True when something that stays needs the manifest: an index, its subject, or a tag. */
function isNeededOutside<Node>(
  graph: RepositoryView<Node>,
  unit: ReadonlyMap<Node, ManifestRole>,
  manifest: Node,
): boolean {
  const isOutside = (other: Node) => !unit.has(other)
  if (graph.parentsOf(manifest).some(isOutside)) return true
  if (graph.subjectsOf(manifest).some(isOutside)) return true
  return graph.tagsOf(manifest).some((tag) => {
    const attachedTo = graph.subjectsByTag(tag)
    return attachedTo.length === 0 || attachedTo.some(isOutside)
  })
}

/** Orders the unit by role, except that an index always comes before what it lists. */
function parentsFirst<Node>(
  graph: RepositoryView<Node>,
  unit: ReadonlyMap<Node, ManifestRole>,
): Map<Node, ManifestRole> {
  const byRole = [...unit].toSorted(([, a], [, b]) => rank[a] - rank[b])
  const listedBy = (manifest: Node): readonly Node[] =>
    graph.isIndex(manifest) ? graph.edgesFrom(manifest).filter((child) => unit.has(child)) : []
  // What is entered last comes first in the result.
  const entered = byRole.map(([manifest]) => manifest).toReversed()
  return new Map(
    reversePostorder(entered, listedBy).flatMap((manifest) => {
      const role = unit.get(manifest)
      return role ? [[manifest, role]] : []
    }),
  )
}

/** Without the tags, which may be very many, for callers that ask for bytes alone. */
export type ManifestsOfUnit<Node> = Omit<ImageUnit<Node>, 'tags'>

/**
 * The unit of several images that are deleted together: more than the sum of their units, where
 * they share platforms.
 */
export function unitOfImages<Node>(
  graph: RepositoryView<Node>,
  images: readonly Node[],
): ImageUnit<Node> {
  const unit = manifestsOfUnit(graph, images)
  const tags = [...unit.manifests.keys()].flatMap((manifest) => graph.tagsOf(manifest))
  return { ...unit, tags }
}

export function manifestsOfUnit<Node>(
  graph: RepositoryView<Node>,
  images: readonly Node[],
): ManifestsOfUnit<Node> {
  const unit = reachableFrom(graph, images)
  const asked = new Set(images)
  // What stays may need further manifests: repeats until nothing more has to stay.
  for (let size = -1; size !== unit.size;) {
    size = unit.size
    for (const manifest of unit.keys()) {
      if (!asked.has(manifest) && isNeededOutside(graph, unit, manifest)) unit.delete(manifest)
    }
  }
  return {
    manifests: parentsFirst(graph, unit),
    listedBy: images.flatMap((image) =>
      graph.parentsOf(image).filter((parent) => !unit.has(parent)),
    ),
  }
}

/**
 * The manifests that a deletion would remove: none while an index outside the unit lists the image.
 */
export const goingWith = <Node>({ manifests, listedBy }: ManifestsOfUnit<Node>): Iterable<Node> =>
  listedBy.length > 0 ? [] : manifests.keys()
