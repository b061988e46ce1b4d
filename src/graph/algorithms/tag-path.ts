import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { ManifestNode, RepositoryGraph } from '../live/repository-graph.ts'

/** How a tag leads to a digest. */
export interface TagPath {
  readonly repository: RepositoryName
  readonly tag: TagName
  /**
   * From the manifest that the tag names (`root`) to the digest; `as`: the role of each in the one
   * before.
   */
  readonly steps: readonly {
    readonly digest: Digest
    readonly as: 'root' | 'manifest' | 'config' | 'layer' | 'attached'
  }[]
}

/** A manifest on the path from the digest up to a tag, and what it leads to. */
interface Holder {
  readonly digest: Digest
  /** The role of the step below in this manifest. */
  readonly as: TagPath['steps'][number]['as']
  readonly below: Holder | null
}

/**
 * The shortest path from a tag to a digest within one repository; null where no tag leads there.
 * Looks at every manifest that the repository links.
 */
export async function tagOver(
  name: RepositoryName,
  graph: RepositoryGraph,
  digest: Digest,
  pause: Pause,
): Promise<TagPath | null> {
  const maybeYield = createMaybeYield(pause)
  const bottom: Holder = { digest, as: 'root', below: null }
  const seen = new Set([digest])
  const waiting: Holder[] = []
  const climb = (to: Digest, as: Holder['as'], below: Holder): void => {
    if (seen.has(to)) return
    seen.add(to)
    waiting.push({ digest: to, as, below })
  }
  if (graph.manifest(digest)) waiting.push(bottom)
  for (const node of graph.manifests.values()) {
    const as = holds(node, digest)
    if (as !== null) climb(node.digest, as, bottom)
    await maybeYield()
  }
  for (const holder of waiting) {
    const [tag] = graph.tagsOf(holder.digest)
    if (tag !== undefined) {
      return { repository: name, tag, steps: stepsFrom(holder) }
    }
    for (const parent of graph.parentsOf(holder.digest)) climb(parent, 'manifest', holder)
    for (const subject of graph.manifest(holder.digest)?.subjects ?? []) {
      if (graph.manifest(subject)) climb(subject, 'attached', holder)
    }
    await maybeYield()
  }
  return null
}

/** The role of a digest in a manifest that refers to it directly; null if it does not. */
function holds(node: ManifestNode, digest: Digest): 'config' | 'layer' | null {
  if (node.kind === 'index') {
    return node.entries.some((entry) => entry.digest === digest) ? 'layer' : null
  }
  if (node.config === digest) return 'config'
  return node.references.some((reference) => reference.digest === digest) ? 'layer' : null
}

function stepsFrom(top: Holder): TagPath['steps'] {
  const steps: TagPath['steps'][number][] = [{ digest: top.digest, as: 'root' }]
  for (let holder: Holder = top; holder.below !== null; holder = holder.below) {
    steps.push({ digest: holder.below.digest, as: holder.as })
  }
  return steps
}
