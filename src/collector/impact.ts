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

interface Found {
  readonly sizeBytes: number
  readonly isManifest: boolean
}

/**
 * What a collection would free once these units are deleted, and what stays. A digest goes when
 * nobody but the units holds it: not another repository, another image, or the trash.
 */
export function impactOf(units: readonly ImpactUnit[], source: ReferenceSource): Impact {
  const deleted = new Set(
    units.flatMap(({ repository, manifests }) =>
      manifests.map((manifest) => holderKey(repository, manifest)),
    ),
  )
  const goes: { digest: Digest; sizeBytes: number; isManifest: boolean }[] = []
  const kept: KeptContent[] = []
  for (const [digest, found] of contentOf(units, source)) {
    const keptBy = [...source.holders(digest)].filter(
      (holder) => !deleted.has(holderKey(holder.repository, holder.manifest)),
    )
    if (keptBy.length > 0) kept.push({ digest, ...found, keptBy })
    else goes.push({ digest, ...found })
  }
  return {
    freed: totalOf(goes),
    stays: totalOf(kept),
    goes: goes.toSorted(bySize),
    kept: kept.toSorted(bySize),
    keepers: keepersOf(kept),
  }
}

// A line break is in no repository name.
const holderKey = (repository: string, manifest: Digest): string => `${repository}\n${manifest}`

const bySize = (a: { readonly sizeBytes: number }, b: { readonly sizeBytes: number }): number =>
  b.sizeBytes - a.sizeBytes

/** All that the units reach, each digest once. */
function contentOf(
  units: readonly ImpactUnit[],
  source: ReferenceSource,
): ReadonlyMap<Digest, Found> {
  const content = new Map<Digest, Found>()
  const manifests = new Set(units.flatMap((unit) => unit.manifests))
  // A set gives what is added while it is walked as well: platforms under an index are followed.
  for (const digest of manifests) {
    const manifest = source.manifest(digest)
    if (manifest === null) continue
    content.set(digest, { sizeBytes: manifest.sizeBytes, isManifest: true })
    for (const reference of manifest.references) {
      if (reference.isManifest) manifests.add(reference.digest)
      else content.set(reference.digest, { sizeBytes: reference.sizeBytes, isManifest: false })
    }
  }
  return content
}

function totalOf(contents: readonly Found[]): Removed {
  let bytes = 0
  let manifests = 0
  for (const { sizeBytes, isManifest } of contents) {
    bytes += sizeBytes
    if (isManifest) manifests += 1
  }
  return { bytes, manifests, layers: contents.length - manifests }
}

function keepersOf(kept: readonly KeptContent[]): Impact['keepers'] {
  const keepers = new Map<string, { holder: Holder; sizeBytes: number }>()
  for (const { keptBy, sizeBytes } of kept) {
    for (const holder of keptBy) {
      const key = holderKey(holder.repository, holder.manifest)
      const keeper = keepers.get(key)
      if (keeper) keeper.sizeBytes += sizeBytes
      else keepers.set(key, { holder, sizeBytes })
    }
  }
  return [...keepers.values()]
    .map(({ holder: { repository, tags, inTrash }, sizeBytes }) => ({
      repository,
      tags,
      inTrash,
      sizeBytes,
    }))
    .toSorted(bySize)
}
