import { sortedNaturally } from '#domain/values/natural-order.ts'
import type { TrashEntry as WireTrashEntry } from '#contract/images/trash.ts'
import type { AccessLevel } from '#domain/access/access-level.ts'
import { isOfTags, type TrashEntry } from '#registry/trash/trash-entry.ts'
import { toInstant } from '../instant.ts'

/** Of a repository, which may have thousands. */
const namedTags = 100

/**
 * @param heldBytes the bytes that are exclusive to this entry; null: not known yet
 * @param isThere of tags: whether the image that they showed exists
 */
export function toTrashEntryResponse(
  entry: TrashEntry,
  heldBytes: number | null,
  accessLevel: AccessLevel,
  nowMs: number,
  isThere = true,
): WireTrashEntry {
  const image = entry.manifests.find(({ digest }) => digest === entry.digest)
  const tags = sortedNaturally([...entry.tags.map(({ name }) => name), ...entry.earlierTags])
  const countOf = (role: string): number =>
    entry.manifests.filter((manifest) => manifest.role === role).length
  return {
    id: entry.id,
    repository: entry.repository,
    digest: entry.digest,
    mediaType: image?.mediaType ?? '',
    kind: entry.isOfRepository ? 'repository' : isOfTags(entry) ? 'tags' : 'image',
    tags: entry.isOfRepository ? tags.slice(0, namedTags) : tags,
    ...(entry.isOfRepository && { tagCount: tags.length, imageCount: countOf('image') }),
    earlierTags: sortedNaturally(entry.earlierTags),
    platformCount: countOf('platform'),
    attachedCount: countOf('attached'),
    deletedAt: toInstant(entry.deletedAtMs),
    deletedBy: entry.deletedBy,
    byRule: entry.byRule ?? null,
    held: heldBytes,
    collectedAfter: entry.heldUntilMs > nowMs ? toInstant(entry.heldUntilMs) : null,
    restorable: entry.state !== 'claimed' && isThere,
    accessLevel,
  }
}
