import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import { createWalker, noAttachments, reachOf } from '#graph/packed/walker.ts'

/** What has to stay when an item of the plan stays. */
export interface DependencyMap {
  /** Everything that the item's image, or link, leads to. */
  ofKeeping(item: PlannedRemoval): readonly Digest[]
  /** The digest under which storage keeps a blob that another digest may link. */
  storedAs(digest: Digest): Digest
}

export function dependencyMapOf({ inventory, marking }: GcAnalysis): DependencyMap {
  const { graph } = inventory
  const walker = createWalker(graph)
  const entries = new Map(inventory.trash.map(({ contents, nodes }) => [contents.id, nodes]))
  const attachments = new Map(
    inventory.repositories.map(({ name }, position) => [
      name,
      marking.repositories[position]?.attachments ?? noAttachments,
    ]),
  )

  function nodesOf({ step, digest, name, repository }: PlannedRemoval): readonly number[] {
    if (step === 'trash-claim' || step === 'trash-entry') {
      return reachOf(walker, entries.get(name ?? '') ?? [], noAttachments)
    }
    const node = digest === null ? -1 : graph.find(digest)
    if (node < 0) return []
    if (step === 'revision') {
      return reachOf(walker, [node], attachments.get(repository ?? '') ?? noAttachments)
    }
    return step === 'layer-link' ? [node] : []
  }

  return {
    ofKeeping: (item) => nodesOf(item).map(graph.digestOf),
    storedAs(digest) {
      const node = graph.find(digest)
      return node < 0 ? digest : graph.digestOf(node)
    },
  }
}

/**
 * The items that stayed during a sweep, and everything that must stay with them: a restorable trash
 * entry and a linked manifest keep everything that they lead to.
 */
export interface RetainedSet {
  /** Retains the item and everything that it leads to. */
  add(item: PlannedRemoval): void
  contains(item: PlannedRemoval): boolean
}

export function createRetainedSet(dependencies: DependencyMap): RetainedSet {
  const digests = new Set<Digest>()
  const links = new Set<string>()
  const entries = new Set<string>()

  return {
    add(item) {
      if (item.step === 'trash-claim' && item.name !== null) entries.add(item.name)
      for (const digest of dependencies.ofKeeping(item)) {
        digests.add(digest)
        links.add(linkKey(item.repository, digest))
      }
    },
    contains({ step, repository, digest, name }) {
      if (step === 'trash-entry') return name !== null && entries.has(name)
      if (digest === null) return false
      if (step === 'blob') return digests.has(digest)
      // Nearly always nothing was retained, and a plan has many links.
      if (links.size === 0) return false
      const isLink = step === 'layer-link' || step === 'revision'
      return isLink && links.has(linkKey(repository, dependencies.storedAs(digest)))
    },
  }
}

// No repository name contains a line break.
const linkKey = (repository: string | null, digest: Digest): string => `${repository}\n${digest}`
