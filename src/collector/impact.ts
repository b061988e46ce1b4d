import type { Removed } from '#domain/collection-result.ts'
import type { Digest } from '#domain/digest.ts'

/** A manifest in a repository: linked there, or held for it in the trash. */
export interface Holder {
  readonly repository: string
  readonly manifest: Digest
  /** The tags that show it, directly or through an index; none for untagged and deleted ones. */
  readonly tags: readonly string[]
  readonly inTrash: boolean
}

/** What the reference structure has to answer. Usually filled from the registry's index. */
export interface ReferenceSource {
  /** A manifest's own size and all that it refers to directly (not its subject); null if unknown. */
  manifest(digest: Digest): {
    readonly sizeBytes: number
    readonly references: readonly {
      readonly digest: Digest
      readonly sizeBytes: number
      readonly isManifest: boolean
    }[]
  } | null
  /**
   * Every manifest, in any repository or its trash, that is this digest or refers to it directly.
   * Whoever would lose something if the digest were gone.
   */
  holders(digest: Digest): Iterable<Holder>
}

/** An image unit to be deleted: all its manifests in one repository. */
export interface ImpactUnit {
  readonly repository: string
  readonly manifests: readonly Digest[]
}

export interface KeptContent {
  readonly digest: Digest
  readonly sizeBytes: number
  readonly isManifest: boolean
  /** Who still needs it after the deletion. Never empty. */
  readonly keptBy: readonly Holder[]
}

/** What deleting image units would free, once collected, and what stays because others use it. */
export interface Impact {
  /** Each digest once, however many of the units use it. */
  readonly freed: Removed
  readonly stays: Removed
  /** What goes, largest first. */
  readonly goes: readonly {
    readonly digest: Digest
    readonly sizeBytes: number
    readonly isManifest: boolean
  }[]
  /** What stays, largest first. */
  readonly kept: readonly KeptContent[]
  /** Everyone who keeps something, by how many bytes they keep, most first. */
  readonly keepers: readonly {
    readonly repository: string
    readonly tags: readonly string[]
    readonly inTrash: boolean
    readonly sizeBytes: number
  }[]
}
