import { sortedNaturally } from '#domain/natural-order.ts'
import type { TrashEntry as WireTrashEntry } from '#contract/trash.ts'
import type { AccessLevel } from '#domain/access-level.ts'
import type { TrashEntry } from '#registry/trash-entry.ts'
import { toInstant } from './instant.ts'

/** @param heldBytes bytes that only this entry holds */
export function wireTrashEntry(
  entry: TrashEntry,
  heldBytes: number,
  accessLevel: AccessLevel,
  nowMs: number,
): WireTrashEntry {
  const image = entry.manifests.find(({ digest }) => digest === entry.digest)
  const countOf = (role: string): number =>
    entry.manifests.filter((manifest) => manifest.role === role).length
  return {
    id: entry.id,
    repository: entry.repository,
    digest: entry.digest,
    mediaType: image?.mediaType ?? '',
    tags: sortedNaturally(entry.tags.map(({ name }) => name)),
    platformCount: countOf('platform'),
    attachedCount: countOf('attached'),
    deletedAt: toInstant(entry.deletedAtMs),
    deletedBy: entry.deletedBy,
    held: heldBytes,
    collectedAfter: entry.heldUntilMs > nowMs ? toInstant(entry.heldUntilMs) : null,
    restorable: entry.state !== 'claimed',
    accessLevel,
  }
}
