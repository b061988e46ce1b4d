import type { Digest } from '#domain/values/digest.ts'
import { reversePostorder } from '#domain/values/reverse-postorder.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { attachedByTags, subjectsByTag } from '../live/attached-by-tags.ts'
import { fallbackTagsOf } from '../fallback-tag.ts'
import type { RepositoryGraph } from '../live/repository-graph.ts'

/** The role of a manifest in its image unit. */
export type ManifestRole = 'image' | 'platform' | 'attached'

/**
 * What is deleted with an image: the manifest, the platforms under it if it is an index (at any
 * depth), and what is attached to any of these, as far as nothing else in the repository needs it.
 */
export interface ImageUnit {
  /**
   * The image first, then platforms, then attached artifacts; but no manifest before an index of
   * the unit that lists it. A deletion unlinks them in this order; a restore links them in the
   * reverse.
   */
  readonly manifests: ReadonlyMap<Digest, ManifestRole>
  /** Every tag of these manifests. */
  readonly tags: readonly TagName[]
  /** Indexes outside the unit that list an image itself: deleting it would break them. */
  readonly listedBy: readonly Digest[]
}

const rank: Readonly<Record<ManifestRole, number>> = { image: 0, platform: 1, attached: 2 }

/**
 * Everything below these images and attached to them, by every kind of edge, including what other
 * images need: what a complete pull fetches.
 */
export function reachableFrom(
  graph: RepositoryGraph,
  images: readonly Digest[],
): Map<Digest, ManifestRole> {
  const roles = new Map<Digest, ManifestRole>(images.map((image) => [image, 'image']))
  for (const [digest, role] of roles) {
    const node = graph.manifest(digest)
    const add = (other: Digest, as: ManifestRole) => {
      if (graph.manifest(other) && !roles.has(other)) roles.set(other, as)
    }
    if (node?.kind === 'index') {
      for (const child of node.references) {
        add(child.digest, role === 'attached' ? 'attached' : 'platform')
      }
    }
    for (const attached of graph.attachedTo(digest)) add(attached, 'attached')
    for (const attached of attachedByTags(graph, digest)) add(attached, 'attached')
  }
  return roles
}

/**
 * The inputs of the decision which manifests go with an image: everything that may go, what lists
 * it, what it is attached to, and the tags that show it or would attach something to it.
 */
export function decisionInputsOf(
  graph: RepositoryGraph,
  image: Digest,
): { readonly manifests: ReadonlySet<Digest>; readonly tags: ReadonlySet<TagName> } {
  const manifests = new Set<Digest>()
  const tags = new Set<TagName>()
  for (const digest of reachableFrom(graph, [image]).keys()) {
    manifests.add(digest)
    for (const parent of graph.parentsOf(digest)) manifests.add(parent)
    for (const subject of graph.manifest(digest)?.subjects ?? []) {
      if (graph.manifest(subject)) manifests.add(subject)
    }
    for (const tag of graph.tagsOf(digest)) tags.add(tag)
    for (const tag of fallbackTagsOf(digest)) tags.add(tag)
  }
  return { manifests, tags }
}

/** True when something that stays needs the manifest: an index, its subject, or a tag. */
function isNeededOutside(
  graph: RepositoryGraph,
  unit: ReadonlyMap<Digest, ManifestRole>,
  digest: Digest,
): boolean {
  if (graph.parentsOf(digest).some((parent) => !unit.has(parent))) return true
  const subjects = graph.manifest(digest)?.subjects ?? []
  if (subjects.some((subject) => graph.manifest(subject) && !unit.has(subject))) return true
  return graph.tagsOf(digest).some((tag) => {
    const attachedTo = subjectsByTag(graph, tag) ?? []
    return attachedTo.length === 0 || attachedTo.some((subject) => !unit.has(subject))
  })
}

/** Orders the unit by role, except that an index always comes before what it lists. */
function parentsFirst(
  graph: RepositoryGraph,
  unit: ReadonlyMap<Digest, ManifestRole>,
): Map<Digest, ManifestRole> {
  const byRole = [...unit].toSorted(([, a], [, b]) => rank[a] - rank[b])
  const listedBy = (digest: Digest): readonly Digest[] => {
    const node = graph.manifest(digest)
    if (node?.kind !== 'index') return []
    return node.references.map((child) => child.digest).filter((child) => unit.has(child))
  }
  // What is entered last comes first in the result.
  const entered = byRole.map(([digest]) => digest).toReversed()
  return new Map(
    reversePostorder(entered, listedBy).flatMap((digest) => {
      const role = unit.get(digest)
      return role ? [[digest, role]] : []
    }),
  )
}

/**
 * The unit of several images that are deleted together: more than the sum of their units, where
 * they share platforms.
 */
export function unitOfImages(graph: RepositoryGraph, images: readonly Digest[]): ImageUnit {
  const unit = reachableFrom(graph, images)
  const asked = new Set(images)
  // What stays may need further manifests: repeats until nothing more has to stay.
  for (let size = -1; size !== unit.size;) {
    size = unit.size
    for (const digest of unit.keys()) {
      if (!asked.has(digest) && isNeededOutside(graph, unit, digest)) unit.delete(digest)
    }
  }
  const manifests = parentsFirst(graph, unit)
  return {
    manifests,
    tags: [...manifests.keys()].flatMap((digest) => graph.tagsOf(digest)),
    listedBy: images.flatMap((image) =>
      graph.parentsOf(image).filter((parent) => !unit.has(parent)),
    ),
  }
}

export const imageUnitOf = (graph: RepositoryGraph, image: Digest): ImageUnit =>
  unitOfImages(graph, [image])

/**
 * The manifests that a deletion would remove: none while an index outside the unit lists the image.
 */
export const goingWith = ({ manifests, listedBy }: ImageUnit): Iterable<Digest> =>
  listedBy.length > 0 ? [] : manifests.keys()
