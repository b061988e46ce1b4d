import type { JobProgress } from '../jobs/job-progress.ts'
import type { Digest } from '../values/digest.ts'
import type { RemovalCause } from './removal-cause.ts'
import type { StoredParts } from './stored-parts.ts'

/**
 * Reclaimable bytes and counts of what a plan would remove, or freed bytes and counts of what a run
 * has removed. Each digest counts once.
 */
export interface Removed {
  readonly bytes: number
  /** Blobs that are no manifests: layers and configurations. */
  readonly layers: number
  readonly manifests: number
}

export const nothingRemoved: Removed = { bytes: 0, layers: 0, manifests: 0 }

/**
 * The key in `byRepository` for items that no repository led to. No repository can have this name.
 */
export const noRepository = '(none)'

export type RemovedByCause = Readonly<Partial<Record<RemovalCause, Removed>>>

/** One item that a run did not remove, and why. */
export interface CollectionFailure {
  /** Its name for people: `sha256:… of team/app`. */
  readonly subject: string
  readonly reason: string
}

/** A repository of which a run left all to a later one, and why. */
export interface ClosedRepository {
  readonly repository: string
  readonly reason: string
}

/** A tag that is not whole, and why. */
export interface FoundBroken {
  readonly repository: string
  readonly tag: string
  /** Where it pointed; absent if that cannot be told, and in what an earlier version stored. */
  readonly digest?: string
  readonly reason: string
}

/** "412 of 412 tags verified": which tags resolve to whole images after a run. */
export interface Verification {
  readonly tags: number
  readonly wholeTags: number
  /** The tags that are not whole, at most the first hundred. */
  readonly broken: readonly FoundBroken[]
  /**
   * What could not be read, and may hold any number of tags that were not verified; at most the
   * first hundred. Absent if everything could be read.
   */
  readonly unread?: readonly { readonly repository: string; readonly reason: string }[]
  /**
   * How many manifests indexes list that their repositories do not link, as the policy accepts:
   * they count as no flaw. Absent if there are none.
   */
  readonly absentPlatforms?: number
}

/** The result of one collection. */
export interface CollectionResult {
  readonly dryRun: boolean
  readonly planned: Removed
  readonly removed: Removed
  /** What was removed (by a dry run: what would be), by cause. */
  readonly byCause: RemovedByCause
  /**
   * The same by repository: the one whose deletion, manifest or link led to it; `noRepository`
   * otherwise.
   */
  readonly byRepository: Readonly<Record<string, Removed>>
  /** Items planned, but in use again at their turn, or needed by one that had to stay. */
  readonly skipped: number
  /** What could not be removed, in the unit of what was; absent in an earlier version's result. */
  readonly failed?: Removed
  readonly failures: readonly CollectionFailure[]
  /**
   * Planned but not reached, because the run was stopped or its time was up, or because a
   * repository took no changes.
   */
  readonly left: Removed
  /** The repositories that took no changes. Absent: all did. */
  readonly leftIn?: readonly ClosedRepository[]
  readonly endedBy: 'done' | 'stopped' | 'time limit'
  /** Bytes on storage: all blobs before the run, as far as the inventory knows their sizes. */
  readonly storedBytes: number
  /** What the bytes of blobs and uploads were there for before the run, as far as sizes are known. */
  readonly storedParts?: StoredParts
  /** How many more bytes fitted when it began; absent or null: that is not known. */
  readonly freeBytes?: number | null
  readonly verification: Verification | null
  /** How long writers were kept out, in milliseconds; 0: never. */
  readonly gateClosedMs: number
}

export const collectionPhases = ['marking', 'waiting for pushes', 'sweeping', 'verifying'] as const
export type CollectionPhase = (typeof collectionPhases)[number]

/** How far a run is. */
export type CollectionProgress = JobProgress<CollectionPhase>

/**
 * One item of a plan: what is removed, why, which repository led to it, and how many bytes that
 * frees.
 */
export interface PlannedRemoval {
  readonly step: RemovalStep
  readonly cause: RemovalCause
  readonly repository: string | null
  readonly digest: Digest | null
  /** The tag (`tag-history`), upload (`upload`) or trash entry (`trash-…`) concerned. */
  readonly name: string | null
  readonly isManifest: boolean
  /** Bytes on storage that are removed with it; links count as 0. */
  readonly sizeBytes: number
}

/**
 * The order of destruction. A crash after any step leaves only orphaned bytes, never an image with
 * missing blobs: everything that can be pulled or restored is removed before anything that it
 * needs.
 */
export const removalSteps = [
  'trash-claim',
  'tag-history',
  'revision',
  'layer-link',
  'upload',
  'blob',
  'trash-entry',
] as const
export type RemovalStep = (typeof removalSteps)[number]
