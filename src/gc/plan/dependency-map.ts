import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Assessment } from './analyze.ts'
import { createWalker, noAttachments, reachOf } from '../inventory/walker.ts'

/** What has to stay when one item of a plan stays. */
export interface Consequences {
  /** All that the item's image, or link, still leads to while it is there. */
  ofKeeping(item: PlannedRemoval): readonly Digest[]
  /** The digest under which storage keeps what may be linked by another. */
  storedAs(digest: Digest): Digest
}

export function consequencesOf({ inventory, marking }: Assessment): Consequences {
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
 * Remembers what stayed, and with it everything that may not go any more: a trash entry that is
 * still restorable and a manifest that is still linked keep all that they lead to.
 */
export interface Withheld {
  /** The item stays: so does what depends on it. */
  add(item: PlannedRemoval): void
  blocks(item: PlannedRemoval): boolean
}

export function createWithheld(consequences: Consequences): Withheld {
  const digests = new Set<Digest>()
  const links = new Set<string>()
  const entries = new Set<string>()

  return {
    add(item) {
      if (item.step === 'trash-claim' && item.name !== null) entries.add(item.name)
      for (const digest of consequences.ofKeeping(item)) {
        digests.add(digest)
        links.add(linkKey(item.repository, digest))
      }
    },
    blocks({ step, repository, digest, name }) {
      if (step === 'trash-entry') return name !== null && entries.has(name)
      if (digest === null) return false
      if (step === 'blob') return digests.has(digest)
      const isLink = step === 'layer-link' || step === 'revision'
      return isLink && links.has(linkKey(repository, consequences.storedAs(digest)))
    },
  }
}

// A line break is in no repository name.
const linkKey = (repository: string | null, digest: Digest): string => `${repository}\n${digest}`
