import type { RepositoryView } from '../repository-view.ts'
import { unitOfImages } from './image-unit.ts'
import type { ManifestRole } from './reachability.ts'

/** Whether a manifest is an image of its own, and no mere part of another or attached to it. */
function isImage<Node>(graph: RepositoryView<Node>, manifest: Node): boolean {
  const isHere = (other: Node) => graph.isManifest(other)
  const tags = graph.tagsOf(manifest)
  const attachedByTag = tags.map((tag) => graph.subjectsByTag(tag).some(isHere))
  if (attachedByTag.includes(false)) return true
  return (
    attachedByTag.length === 0 &&
    graph.parentsOf(manifest).length === 0 &&
    !graph.subjectsOf(manifest).some(isHere)
  )
}

/**
 * Every manifest of a repository with its role, as one unit: no manifest before an index that lists
 * it. What has a tag of its own is an image, also where an index lists it.
 */
export function wholeRepository<Node>(
  graph: RepositoryView<Node>,
): ReadonlyMap<Node, ManifestRole> {
  const all = [...graph.manifests()]
  const images = all.filter((manifest) => isImage(graph, manifest))
  const { manifests } = unitOfImages(graph, images)
  // What is attached in a circle, by tags, has no image above it.
  const left = all.filter((manifest) => !manifests.has(manifest))
  return left.length === 0 ? manifests : unitOfImages(graph, [...images, ...left]).manifests
}
