import type { Digest } from '#domain/digest.ts'
import type { TagName } from '#domain/tag-name.ts'
import { fallbackTagsOf, subjectOfTag } from './fallback-tag.ts'
import type { RepositoryGraph } from './repository-graph.ts'
import type { ManifestRole } from './trash-entry.ts'

/**
 * What goes when an image goes: the manifest, the platforms under it if it is an index (of any
 * depth), and what is attached to any of these, as far as nothing else in the repository holds it.
 */
export interface ImageUnit {
  /**
   * The image first, then platforms, then attached artifacts; but no manifest before an index of the
   * unit that lists it. So they are to be unlinked; linked again, the other way round.
   */
  readonly manifests: ReadonlyMap<Digest, ManifestRole>
  /** Every tag of these manifests. */
  readonly tags: readonly TagName[]
  /** Indexes outside the unit that list an image itself: deleting it would break them. */
  readonly heldBy: readonly Digest[]
}

const rank: Readonly<Record<ManifestRole, 0 | 1 | 2>> = { image: 0, platform: 1, attached: 2 }

/**
 * Everything below these images and attached to them, by whatever edge, also what others hold: what
 * somebody pulls who wants all of it.
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
    for (const tag of fallbackTagsOf(digest)) {
      const attached = graph.tag(tag)?.digest
      if (attached) add(attached, 'attached')
    }
  }
  return roles
}

/** True when something that stays needs the manifest: an index, its subject, or a tag. */
function isHeldOutside(
  graph: RepositoryGraph,
  unit: ReadonlyMap<Digest, ManifestRole>,
  digest: Digest,
): boolean {
  if (graph.parentsOf(digest).some((parent) => !unit.has(parent))) return true
  const subject = graph.manifest(digest)?.subject ?? null
  if (subject !== null && graph.manifest(subject) && !unit.has(subject)) return true
  return graph.tagsOf(digest).some((tag) => {
    const attachedTo = subjectOfTag(tag)
    return attachedTo === null || !unit.has(attachedTo)
  })
}

/** By their roles, as far as that puts no manifest before what lists it. No recursion: it may be deep. */
function outermostFirst(
  graph: RepositoryGraph,
  unit: ReadonlyMap<Digest, ManifestRole>,
): Map<Digest, ManifestRole> {
  const parentsLeft = new Map<Digest, number>()
  const ready: [Digest[], Digest[], Digest[]] = [[], [], []]
  for (const [digest, role] of unit) {
    const parents = new Set(graph.parentsOf(digest).filter((parent) => unit.has(parent))).size
    parentsLeft.set(digest, parents)
    if (parents === 0) ready[rank[role]].push(digest)
  }
  const ordered = new Map<Digest, ManifestRole>()
  const taken = [0, 0, 0]
  for (;;) {
    const nth = ready.findIndex((digests, at) => digests.length > (taken[at] ?? 0))
    const digest = ready[nth]?.[taken[nth] ?? 0]
    const role = digest && unit.get(digest)
    if (!role) return ordered
    taken[nth] = (taken[nth] ?? 0) + 1
    ordered.set(digest, role)
    const node = graph.manifest(digest)
    const listed = node?.kind === 'index' ? node.references.map((child) => child.digest) : []
    for (const child of new Set(listed)) {
      const left = (parentsLeft.get(child) ?? 0) - 1
      parentsLeft.set(child, left)
      const childRole = unit.get(child)
      if (left === 0 && childRole) ready[rank[childRole]].push(child)
    }
  }
}

/** What goes when all these images go together: more than the sum, where they share platforms. */
export function unitOfImages(graph: RepositoryGraph, images: readonly Digest[]): ImageUnit {
  const unit = reachableFrom(graph, images)
  const asked = new Set(images)
  // Whatever stays may hold more: go on until nothing more has to stay.
  for (let size = -1; size !== unit.size;) {
    size = unit.size
    for (const digest of unit.keys()) {
      if (!asked.has(digest) && isHeldOutside(graph, unit, digest)) unit.delete(digest)
    }
  }
  const manifests = outermostFirst(graph, unit)
  return {
    manifests,
    tags: [...manifests.keys()].flatMap((digest) => graph.tagsOf(digest)),
    heldBy: images.flatMap((image) => graph.parentsOf(image).filter((parent) => !unit.has(parent))),
  }
}

export const imageUnitOf = (graph: RepositoryGraph, image: Digest): ImageUnit =>
  unitOfImages(graph, [image])

/** The manifests that would be gone: none while an index outside lists the image. */
export const goingWith = ({ manifests, heldBy }: ImageUnit): Iterable<Digest> =>
  heldBy.length > 0 ? [] : manifests.keys()
