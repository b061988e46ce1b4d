import type { Digest } from '#domain/values/digest.ts'
import type { ManifestRole } from '#graph/algorithms/reachability.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { Reference } from '../manifests/tag-or-digest.ts'

export interface TrashedTag {
  readonly name: TagName
  readonly digest: Digest
  /**
   * When it was pushed, which is what it shows again once it is restored. Milliseconds since the
   * epoch; absent in an entry of an earlier version.
   */
  readonly pushedAtMs?: number
}

/** The rule of retention that took it: of the policy of a scope, in words. */
export interface TakenByRule {
  readonly scope: string
  readonly rule: string
  /** The account that started the run; absent: it started by itself. */
  readonly startedBy?: string
  /** The run; absent in what earlier versions took. */
  readonly jobID?: string
}

export interface TrashedManifest {
  readonly digest: Digest
  readonly mediaType: string
  readonly role: ManifestRole
  readonly sizeBytes: number
}

/**
 * - `deleting`: written ahead; links are being removed. Start-up finishes it.
 * - `held`: can be restored.
 * - `restoring`: links are being restored. Start-up finishes it.
 * - `claimed`: a collection has begun to remove it; it can no longer be restored.
 */
export const trashStates = ['deleting', 'held', 'restoring', 'claimed'] as const
export type TrashState = (typeof trashStates)[number]

/**
 * A deleted image, as the trash lists it; a repository with all its images; or, without manifests,
 * tags that were deleted alone while their image stayed.
 */
export interface TrashEntry {
  readonly id: string
  readonly repository: RepositoryName
  /** The reference that the person asked to delete; of a repository, its first manifest. */
  readonly reference: Reference
  /** The manifest that was deleted; the others were deleted with it. */
  readonly digest: Digest
  /** All that was in the repository went with it, and comes back with it. */
  readonly isOfRepository?: true
  /** The whole image unit: the image first, then platforms, then what was attached. */
  readonly manifests: readonly TrashedManifest[]
  /** Every tag that was deleted, those of attached artifacts included. */
  readonly tags: readonly TrashedTag[]
  /**
   * For an image: tags that showed it, were deleted alone before it, and are in the trash. They
   * come back with it. Set only where entries are listed.
   */
  readonly earlierTags: readonly TagName[]
  readonly deletedAtMs: number
  readonly deletedBy: string
  /** Absent: a person or a client deleted it. */
  readonly byRule?: TakenByRule
  /** A collection may remove it from this time on. Milliseconds since the epoch. */
  readonly heldUntilMs: number
  readonly hadRetention: boolean
  readonly state: TrashState
}

/** Whether tags were deleted alone: then no bytes are held. */
export const isOfTags = ({
  manifests,
  isOfRepository,
}: Pick<TrashEntry, 'manifests' | 'isOfRepository'>): boolean =>
  manifests.length === 0 && isOfRepository !== true

/** How many images an entry has, without their platforms and what is attached to them. */
export const imageCountOf = ({ manifests }: Pick<TrashEntry, 'manifests'>): number =>
  manifests.filter(({ role }) => role === 'image').length
