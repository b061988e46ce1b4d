import type { Digest } from '#domain/values/digest.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { reachableFrom } from '../algorithms/reachability.ts'
import { fallbackTagsOf } from '../fallback-tag.ts'
import type { RepositoryGraph } from './repository-graph.ts'

/**
 * The inputs of the decision which manifests go with an image: everything that may go, what lists
 * it, what it is attached to, and the tags that show it or would attach something to it.
 */
export function imageUnitInputsOf(
  { view, nodeOf }: RepositoryGraph,
  image: Digest,
): { readonly manifests: ReadonlySet<Digest>; readonly tags: ReadonlySet<TagName> } {
  const manifests = new Set<Digest>()
  const tags = new Set<TagName>()
  for (const node of reachableFrom(view, [nodeOf(image)]).keys()) {
    manifests.add(node.digest)
    for (const parent of view.parentsOf(node)) manifests.add(parent.digest)
    for (const subject of view.subjectsOf(node)) manifests.add(subject.digest)
    for (const tag of view.tagsOf(node)) tags.add(tag)
    for (const tag of fallbackTagsOf(node.digest)) tags.add(tag)
  }
  return { manifests, tags }
}
