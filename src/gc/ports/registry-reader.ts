import type { Digest } from '#domain/values/digest.ts'
import type { PackedDigests } from '#domain/values/packed-digests.ts'
import type { ParsedManifestTable } from '#graph/packed/parsed-manifests.ts'

/** Something that could not be read. Everything that it could lead to must be kept. */
export interface InventoryFault {
  readonly repository: string | null
  /** What is broken, in words a person can act on: `tag 1.2: its link is empty`. */
  readonly reason: string
  /** True when the fault hides which manifests or layers the repository holds. */
  readonly hidesContent: boolean
  /**
   * True when not even the layer links could be listed. Then nothing bounds what the repository
   * may need, and a collection stops before its first deletion.
   */
  readonly hidesLayers?: boolean
  /** True when storage does not show what is there, for example for lack of rights. */
  readonly isUnreadable?: boolean
}

export interface TagContents {
  readonly name: string
  /** Null when the tag's link cannot be read (then there is a fault as well). */
  readonly digest: Digest | null
  /** Every other digest in the tag's history on storage. Not a root, and not a promise. */
  readonly history: readonly Digest[]
}

export interface UploadContents {
  readonly id: string
  /** When it began, or was last written to. Milliseconds since the epoch. */
  readonly lastWrittenAtMs: number
  readonly sizeBytes: number
}

/** What one repository claims. Digests are as the links say; their blobs may be gone. */
export interface RepositoryContents {
  readonly name: string
  readonly tags: readonly TagContents[]
  readonly revisions: PackedDigests
  readonly layers: PackedDigests
  /** Layers that manifests may name by another digest than storage keeps them by (its sha256). */
  readonly aliases?: readonly { readonly digest: Digest; readonly stored: Digest }[]
  readonly uploads: readonly UploadContents[]
  readonly faults: readonly InventoryFault[]
}

/** A deleted image in the trash. */
export interface TrashContents {
  readonly id: string
  readonly repository: string
  /** Every manifest of the image unit. */
  readonly manifests: readonly Digest[]
  readonly tags: readonly string[]
  /** When a person or client deleted it; of tags: or later the image with which they come back. */
  readonly deletedAtMs: number
  /** When a collection may remove it. Milliseconds since the epoch. */
  readonly heldUntilMs: number
  /** True when the policy kept it for some time after its deletion. */
  readonly hadRetention: boolean
  /** A collection has begun to remove it: no longer restorable, no longer a root. */
  readonly claimed: boolean
}

/** A batch of manifests to read. */
export interface ManifestBatch {
  readonly digests: PackedDigests
  /** 1 for those among this inventory's blobs: for these a cached result will do. */
  readonly listed: Uint8Array<ArrayBuffer>
}

/**
 * Reads a store. A rejection means that storage failed, and stops a collection before its first
 * deletion; broken contents are no rejection: they come as faults and as the status of manifests.
 */
export interface RegistryReader {
  /** Every blob on storage, in batches, in no promised order. */
  blobs(): AsyncIterable<PackedDigests>
  /** Every repository, also one without tags, layers or manifests. */
  repositories(): AsyncIterable<RepositoryContents>
  trash(): Promise<readonly TrashContents[]>
  /**
   * Reads manifests by content, not by who links them. It also gets blobs that may be no manifests
   * at all (layers of any size): those are unreadable, and cost no more than a stat.
   */
  manifests(requested: ManifestBatch): Promise<ParsedManifestTable>
  /**
   * The sizes in bytes of blobs that were listed, in the order of `digests`; -1 for those that are
   * gone.
   */
  stat(digests: PackedDigests): Promise<Float64Array<ArrayBuffer>>
  /** When a manifest was last linked in a repository, also as a layer; null where it is not. */
  linkedAtMs(repository: string, digest: Digest): Promise<number | null>
  /**
   * Writes what this inventory has read for the next one. Never rejects: losing it costs only time.
   */
  saveCache?(): Promise<void>
}
