import type { Digest } from '#domain/values/digest.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ImageConfiguration } from './image-configuration.ts'
import type { ManifestRole } from '../trash/trash-entry.ts'

export interface RepositorySummary {
  readonly name: RepositoryName
  readonly tagCount: number
  /** Tagged or not, those that could be read. */
  readonly manifestCount: number
  /** Bytes of all its manifests, configurations and layers, each once, as manifests declare them. */
  readonly sizeBytes: number
  /** When a tag or manifest was last linked, or null in an empty repository. */
  readonly lastPushedAtMs: number | null
  /** What of it could not be read, in words: `tag 1.2`, `its tags`. It holds at least the rest. */
  readonly unreadable: readonly string[]
}

export interface ImageSummary {
  readonly digest: Digest
  readonly mediaType: string
  readonly kind: 'image' | 'index'
  /** Every byte that belongs to it: platforms and attached artifacts included, each digest once. */
  readonly sizeBytes: number
  /** Of an index, from its own list; of a single image, empty (ask `origins`). */
  readonly platforms: readonly Platform[]
  /** All tags that show it, sorted. */
  readonly tags: readonly TagName[]
  /** Signatures, SBOMs and the like: manifests attached to it or to its platforms. */
  readonly attached: readonly {
    readonly digest: Digest
    readonly artifactType: string | null
    /** Its own bytes: manifest, configuration and layers, each digest once. */
    readonly sizeBytes: number
  }[]
}

/** An image as it stands in its repository, whichever tags show it. */
export interface RepositoryImage extends ImageSummary {
  /** When the newest of its tags was given to it; null without tags. */
  readonly updatedAtMs: number | null
}

/** Images and the layers that they point at; each layer once, in the order of the images. */
export interface LayerMap {
  readonly images: readonly {
    readonly digest: Digest
    readonly exclusiveBytes: number
    /** Positions in `layers`, the lowest layer first. */
    readonly layers: readonly number[]
    /** Those of them that go when the image goes. */
    readonly freedLayers: readonly number[]
  }[]
  readonly layers: readonly {
    readonly digest: Digest
    readonly sizeBytes: number
    /** How many images of this repository hold it. */
    readonly imageCount: number
    /** How many manifests of other repositories do. */
    readonly elsewhereCount: number
  }[]
}

export interface TagSummary {
  readonly name: TagName
  readonly updatedAtMs: number
  /** Shared by all tags of the image. Null when the tag cannot be pulled (link or manifest broken). */
  readonly image: ImageSummary | null
  readonly digest: Digest | null
}

/** What an image's configuration says; null where it says nothing or cannot be read. */
export interface ImageMetadata {
  readonly createdAtMs: number | null
  readonly author: string | null
  readonly platform: Platform | null
}

export interface LayerUse {
  readonly repository: RepositoryName
  readonly digest: Digest
  /** Tags of that manifest, or of an index that lists it. */
  readonly tags: readonly TagName[]
}

export interface LayerDetails {
  readonly digest: Digest
  readonly mediaType: string
  readonly sizeBytes: number
  readonly kind: 'config' | 'layer'
  /** No image outside the unit holds it: it goes when the image goes. */
  readonly exclusive: boolean
  /** Other images that hold it, at most the first hundred. */
  readonly sharedWith: readonly LayerUse[]
  /** How many other images hold it, beyond the first hundred too. */
  readonly sharedWithCount: number
}

/** One manifest that a machine can run: the image itself, or a platform of it. */
export interface ImagePart {
  readonly digest: Digest
  /** As an index lists it, or as its configuration says. */
  readonly platform: Platform | null
  readonly config: Digest | null
  readonly configuration: ImageConfiguration | null
  /** In manifest order. */
  readonly layers: readonly Digest[]
}

export interface ImageDetails extends ImageSummary {
  readonly exclusiveBytes: number
  /** The whole unit: what deleting it would take along, the image first. */
  readonly unit: readonly { readonly digest: Digest; readonly role: ManifestRole }[]
  /** Of all images in the unit, each blob once, in manifest order. */
  readonly layers: readonly LayerDetails[]
  /** The first platforms of an index, at most fifty; of a single image, itself. */
  readonly parts: readonly ImagePart[]
  /** How many manifests its indexes list that the repository does not link. */
  readonly absentPlatforms: number
}

/** How a tag leads to a digest. */
export interface TagPath {
  readonly repository: RepositoryName
  readonly tag: TagName
  /** From the manifest that the tag names (`root`) to the digest; `as`: what each is to the one before. */
  readonly steps: readonly {
    readonly digest: Digest
    readonly as: 'root' | 'manifest' | 'config' | 'layer' | 'attached'
  }[]
}

/** What deleting would do, with bytes of several images counted once. */
export interface DeletionImpact {
  /** Manifests that would go to the trash. */
  readonly manifests: readonly { readonly digest: Digest; readonly role: ManifestRole }[]
  readonly tags: readonly TagName[]
  /** Asked for, and kept because another tag or an index shows the same image. */
  readonly kept: readonly { readonly digest: Digest; readonly tags: readonly TagName[] }[]
  /** Bytes that a collection would free, once it may take the image. */
  readonly freedBytes: number
  /** Bytes of these images that stay, because others hold them. */
  readonly sharedBytes: number
  /** Who holds what stays: the largest first, at most the first hundred. */
  readonly sharedWith: readonly (LayerUse & { readonly sizeBytes: number })[]
  /** How many images hold something of what stays, beyond the first hundred too. */
  readonly sharedWithCount: number
}

/**
 * The registry in memory, for the dashboard's questions. Loaded when first asked, kept up to date by
 * our own changes, and looked at again from time to time, since other software may write to the same
 * storage. Sizes are what manifests declare; nothing here decides what a collection may remove.
 */
export interface RepositoryQueries {
  repositories(): Promise<readonly RepositorySummary[]>
  repository(name: RepositoryName): Promise<RepositorySummary | null>
  /**
   * All tags sorted by name, or null where there is no such repository. The same array until it
   * changes. Rejects where they cannot be listed.
   */
  tags(name: RepositoryName): Promise<readonly TagSummary[] | null>
  /** Every image once, untagged ones too, in no promised order. The same array until it changes. */
  images(name: RepositoryName): Promise<readonly RepositoryImage[] | null>
  /** What is not there is left out. */
  layerMap(name: RepositoryName, images: readonly Digest[]): Promise<LayerMap>
  image(name: RepositoryName, digest: Digest): Promise<ImageDetails | null>
  /**
   * For each image: bytes that no other image in the registry holds, its unit counted once. None for
   * a platform of an index: deleting it alone frees nothing.
   */
  exclusiveBytes(
    name: RepositoryName,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, number>>
  /** Reads configurations where they are not known yet: for a page of rows, not for all. */
  origins(
    name: RepositoryName,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, ImageMetadata>>
  /**
   * Why images cannot be pulled whole, for those that cannot; looked up on storage, for a page of
   * rows. A digest that the repository does not link is one of them.
   */
  flaws(name: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, string>>
  /** References that do not exist are left out. `whole`: the images with all their tags. */
  impact(
    name: RepositoryName,
    references: readonly string[],
    whole: boolean,
  ): Promise<DeletionImpact>
  /** A tag of one of these repositories that needs the digest, by the shortest way; null: none does. */
  tagOver(digest: Digest, isAmong: (name: RepositoryName) => boolean): Promise<TagPath | null>
  /** Whether one of these repositories links the digest, as a layer or as a manifest, on storage. */
  isLinked(digest: Digest, isAmong: (name: RepositoryName) => boolean): Promise<boolean>
  /** For each trash entry (by id): bytes that only this entry holds; null while that is computed. */
  trashBytes(): Promise<ReadonlyMap<string, number | null>>
}
