import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import type { RegistryReader } from '#gc/ports/registry-reader.ts'
import type { TrashEntry } from '#registry/trash/trash-entry.ts'
import type { Trash } from '#registry/trash/trash.ts'

/** The image that an item of a plan is a part of, as a person knows it. */
export interface PlannedImage {
  readonly repository: string
  /** Its manifest. */
  readonly digest: Digest
  /** The tags that showed it when it was deleted; of an untagged image none. */
  readonly tags: readonly string[]
  /** When it was linked last, which is when it was pushed; null: it no longer is. */
  readonly pushedAtMs: number | null
  /** How many other manifests of the plan list the same item. */
  readonly others: number
}

export interface PlannedImagesDeps {
  readonly reader: Pick<RegistryReader, 'manifests' | 'linkedAtMs'>
  readonly trash: Pick<Trash, 'list'>
}

type Planned = Pick<PlannedRemoval, 'digest' | 'repository' | 'isManifest'>

/** So many manifests of a plan are read, so that the answer takes no time to speak of. */
const manifestsRead = 2000

/**
 * Which images some items of a plan are parts of, by digest. An item that no manifest of the plan
 * lists, such as an orphaned layer, is of none. Rejects like a read.
 *
 * @param all every item of the plan
 * @param named the digests of the items that are named
 */
export async function plannedImages(
  { reader, trash }: PlannedImagesDeps,
  all: readonly Planned[],
  named: ReadonlySet<Digest>,
): Promise<ReadonlyMap<Digest, PlannedImage>> {
  const repositories = new Map<Digest, string>()
  for (const { digest, repository, isManifest } of all) {
    if (!isManifest || digest === null || repository === null) continue
    if (repositories.size < manifestsRead) repositories.set(digest, repository)
  }
  const parents = await parentsIn(reader, [...repositories.keys()])
  const entries = new Map<Digest, TrashEntry>()
  for (const entry of await trash.list()) {
    for (const { digest } of entry.manifests) entries.set(digest, entry)
  }
  const images = new Map<Digest, PlannedImage>()
  for (const digest of named) {
    const image = topOf(digest, parents)
    const repository = repositories.get(image)
    if (repository === undefined) continue
    const entry = entries.get(image)
    const tags = entry?.tags.flatMap((tag) => (tag.digest === image ? [tag.name] : [])) ?? []
    const pushedAtMs = await reader.linkedAtMs(repository, image)
    const others = (parents.get(digest)?.count ?? 1) - 1
    images.set(digest, { repository, digest: image, tags, pushedAtMs, others })
  }
  return images
}

interface Parents {
  readonly first: Digest
  readonly count: number
}

/** By the digest of each layer, configuration and platform: the manifests that list it. */
async function parentsIn(
  reader: PlannedImagesDeps['reader'],
  manifests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Parents>> {
  const { ends, targets, subjects } = await reader.manifests({
    digests: packDigests(manifests),
    // None of this inventory: each is read.
    listed: new Uint8Array(manifests.length),
  })
  const parents = new Map<Digest, Parents>()
  const add = (digest: Digest, parent: Digest): void => {
    const { first, count } = parents.get(digest) ?? { first: parent, count: 0 }
    parents.set(digest, { first, count: count + 1 })
  }
  const unpacked = unpackDigests(targets)
  let from = 0
  for (const [position, manifest] of manifests.entries()) {
    const end = ends[position] ?? from
    for (const digest of new Set(unpacked.slice(from, end))) add(digest, manifest)
    from = end
  }
  for (const [position, subject] of subjects) {
    const attached = manifests[position]
    if (attached !== undefined) add(attached, subject)
  }
  return parents
}

/** The manifest that nothing else of the plan lists. */
function topOf(digest: Digest, parents: ReadonlyMap<Digest, Parents>): Digest {
  const seen = new Set<Digest>()
  let top = digest
  for (let next = parents.get(top); next !== undefined; next = parents.get(top)) {
    // Manifests cannot list each other, but what is stored may claim it.
    if (seen.has(next.first)) break
    seen.add(next.first)
    top = next.first
  }
  return top
}
