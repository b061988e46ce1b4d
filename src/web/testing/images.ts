import type { DeletedReference, DeletionImpact } from '#contract/images/deletion.ts'
import type { Repository } from '#contract/images/repositories.ts'
import type { Tag, TagList } from '#contract/images/tags.ts'
import type { TrashEntry } from '#contract/images/trash.ts'

/** `sha256:aaa…`: one letter is enough to distinguish images. */
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`

export const repository = (changes: Partial<Repository> = {}): Repository => ({
  id: 'team/app',
  namespace: 'team',
  name: 'app',
  tagCount: 3,
  empty: false,
  size: 3_000_000,
  reclaimable: 0,
  storage: null,
  reclaimableIsCurrent: true,
  lastPushedAt: '2026-11-20T10:00:00.000Z',
  unreadableCount: 0,
  unreadable: [],
  accessLevel: 'read-write',
  ...changes,
})

export const tag = (name: string, changes: Partial<Tag> = {}): Tag => ({
  name,
  digest: digestOf('a'),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  size: 1_000_000,
  exclusiveSize: 250_000,
  freedSize: 250_000,
  platforms: [{ os: 'linux', architecture: 'amd64' }],
  aliases: [],
  attached: [],
  author: 'ci',
  createdAt: null,
  updatedAt: '2026-11-20T10:00:00.000Z',
  broken: null,
  lastPulledAt: null,
  lastPulledBy: null,
  pulls30d: 0,
  protectedBy: null,
  ...changes,
})

export const tagList = (tags: readonly Tag[]): TagList => ({
  name: 'team/app',
  tags: [...tags],
  pullsSince: null,
})

export const deleted = (
  reference: string,
  changes: Partial<DeletedReference> = {},
): DeletedReference => ({
  reference,
  digest: digestOf('a'),
  imageDeleted: true,
  tags: [reference],
  remainingTags: [],
  platforms: [{ os: 'linux', architecture: 'amd64' }],
  attached: [],
  size: 1_000_000,
  ...changes,
})

export const impact = (
  references: readonly DeletedReference[],
  changes: Partial<DeletionImpact> = {},
): DeletionImpact => ({
  references: [...references],
  bytesFreed: 250_000,
  bytesFreedOfOne: 250_000,
  bytesKept: 750_000,
  keptBy: [{ repository: 'library/base', tag: '12', digest: digestOf('f') }],
  keptByCount: 4,
  restorableUntil: null,
  nextCollectionAt: null,
  running: [],
  ...changes,
})

export const trashEntry = (id: string, changes: Partial<TrashEntry> = {}): TrashEntry => ({
  id,
  repository: 'team/app',
  digest: digestOf('a'),
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  kind: 'image',
  tags: ['1.2'],
  earlierTags: [],
  platformCount: 0,
  attachedCount: 0,
  deletedAt: '2026-11-23T10:00:00.000Z',
  deletedBy: 'dana',
  byRule: null,
  held: 250_000,
  collectedAfter: null,
  restorable: true,
  accessLevel: 'read-write',
  ...changes,
})
