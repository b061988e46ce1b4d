import type { Digest } from '#domain/values/digest.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ImageConfiguration } from './image-configuration.ts'
import type { ManifestRole } from '#graph/algorithms/reachability.ts'
import type { PathRole } from '#graph/algorithms/tag-path.ts'
import type { RunningReference } from '#domain/retention/running-report.ts'
import type { ReportedRunning } from '../running/running-images.ts'
import type { LayerUse } from './layer-use.ts'
import type { ImageFacts } from '#domain/retention/facts.ts'
import type { Going } from './retention/freed-bytes.ts'
import type { FactsRequest } from './retention/image-facts.ts'

export interface RepositorySummary {
  readonly name: RepositoryName
  readonly tagCount: number
  /** Counts readable manifests, with tags or without. */
  readonly manifestCount: number
  /**
   * Bytes of all its manifests, configurations and layers, each once, as manifests declare them.
   */
  readonly sizeBytes: number
  /** When a tag or manifest was last linked, or null in an empty repository. */
  readonly lastPushedAtMs: number | null
  /**
   * The parts that could not be read, in words: `tag 1.2`, `its tags`. The repository has at least
   * the rest.
   */
  readonly unreadable: readonly string[]
}

export interface ImageSummary {
  readonly digest: Digest
  readonly mediaType: string
  readonly kind: 'image' | 'index'
  /**
   * Bytes of everything that belongs to it, platforms and attached artifacts included, each digest
   * once.
   */
  readonly sizeBytes: number
  /** For an index, from its own list; for a single image, empty (call `origins`). */
  readonly platforms: readonly Platform[]
  /** By which clients pull it too: of an index, what it lists; else none. */
  readonly platformDigests: readonly Digest[]
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

/** An image of a repository, with or without tags. */
export interface RepositoryImage extends ImageSummary {
  /** When the newest of its tags came to point at it; null without tags. */
  readonly updatedAtMs: number | null
}

/** An image among those of all repositories. */
export interface ImageWithBytes {
  readonly repository: RepositoryName
  readonly image: RepositoryImage
  /** As `exclusiveBytes`. */
  readonly exclusiveBytes: number
}

/** An image that only its digest shows, or an artifact whose image is gone. */
export interface UntaggedImage {
  readonly image: ImageSummary
  /** As `exclusiveBytes`. */
  readonly exclusiveBytes: number
}

/** Images and the layers that they refer to; each layer once, in the order of the images. */
export interface LayerMap {
  readonly images: readonly {
    readonly digest: Digest
    readonly exclusiveBytes: number
    /** Positions in `layers`, the lowest layer first. */
    readonly layers: readonly number[]
    /** Positions of those that only the image and what goes with it hold. */
    readonly exclusiveLayers: readonly number[]
  }[]
  readonly layers: readonly {
    readonly digest: Digest
    readonly sizeBytes: number
    /** How many images of this repository hold it. */
    readonly imageCount: number
    /** How many manifests of other repositories hold it. */
    readonly elsewhereCount: number
    /** The beginning of the instruction that made it, if a configuration says so. */
    readonly createdBy: string | null
  }[]
}

export interface TagSummary {
  readonly name: TagName
  readonly updatedAtMs: number
  /**
   * Shared by all tags of the image. Null when the tag cannot be pulled (link or manifest broken).
   */
  readonly image: ImageSummary | null
  readonly digest: Digest | null
}

/** What an image's configuration says; null where it says nothing or cannot be read. */
export interface ImageMetadata {
  readonly createdAtMs: number | null
  readonly author: string | null
  readonly platform: Platform | null
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

/** One manifest that can run: the image itself, or a platform of it. */
export interface ImagePart {
  readonly digest: Digest
  /** From the index that lists it, or else from its configuration. */
  readonly platform: Platform | null
  readonly config: Digest | null
  readonly configuration: ImageConfiguration | null
  /** In manifest order. */
  readonly layers: readonly Digest[]
}

export interface ImageDetails extends ImageSummary {
  readonly exclusiveBytes: number
  /** The whole unit: everything that a deletion of the image deletes, the image first. */
  readonly unit: readonly { readonly digest: Digest; readonly role: ManifestRole }[]
  /** The layers of all images in the unit, each blob once, in manifest order. */
  readonly layers: readonly LayerDetails[]
  /** For an index, its first platforms, at most fifty; for a single image, the image itself. */
  readonly parts: readonly ImagePart[]
  /** How many manifests its indexes list that the repository does not link. */
  readonly absentPlatforms: number
}

/** How a tag leads to a digest. */
export interface TagPath {
  readonly repository: RepositoryName
  readonly tag: TagName
  /**
   * From the manifest that the tag names (`root`) to the digest; `as`: the role of each in the one
   * before.
   */
  readonly steps: readonly { readonly digest: Digest; readonly as: PathRole }[]
}

/** What a deletion would free and keep. Bytes that several images share count once. */
export interface ImpactBytes {
  /** What a collection would free once it may remove the images. */
  readonly exclusiveBytes: number
  /** Bytes of these images that stay, because other images hold them. */
  readonly sharedBytes: number
  /** Which images hold the bytes that stay: the largest first, at most the first hundred. */
  readonly sharedWith: readonly (LayerUse & { readonly sizeBytes: number })[]
  /** How many images hold some of the bytes that stay, beyond the first hundred too. */
  readonly sharedWithCount: number
}

/** What the deletion of a whole repository would do. */
export interface RepositoryImpact extends ImpactBytes {
  /** One for each manifest that would go. */
  readonly roles: readonly ManifestRole[]
  readonly tags: readonly TagName[]
  /** The parts that cannot be read, in words: as long as there are any, the deletion is refused. */
  readonly unreadable: readonly string[]
  /** What is in it (`contentsDigest`). */
  readonly contents: Digest
}

/** What a deletion of images or tags would do. */
export interface DeletionImpact extends ImpactBytes {
  /** Manifests that would go to the trash. */
  readonly manifests: readonly { readonly digest: Digest; readonly role: ManifestRole }[]
  readonly tags: readonly TagName[]
  /** Images in the request that stay, because another tag or an index shows them. */
  readonly kept: readonly { readonly digest: Digest; readonly tags: readonly TagName[] }[]
  /** What of `exclusiveBytes` only one of these images holds; the rest, several of them share. */
  readonly ofOneImageBytes: number
}

/**
 * The registry in memory, for the dashboard's questions. It is loaded at the first question and
 * updated with our own changes. It is read again from time to time, since other software may write
 * to the same storage. Sizes are what manifests declare; nothing here decides what a collection may
 * remove.
 */
export interface RepositoryQueries {
  repositories(): Promise<readonly RepositorySummary[]>
  repository(name: RepositoryName): Promise<RepositorySummary | null>
  /**
   * All tags sorted by name, or null where there is no such repository. Returns the same array
   * until it changes. Rejects where the tags cannot be listed.
   */
  tags(name: RepositoryName): Promise<readonly TagSummary[] | null>
  /**
   * Every image once, including untagged ones, in no promised order. Returns the same array until
   * it changes.
   */
  images(name: RepositoryName): Promise<readonly RepositoryImage[] | null>
  /**
   * Those of all repositories, in no promised order. Returns the same array until anything changes.
   */
  imagesWithBytes(): Promise<readonly ImageWithBytes[]>
  /**
   * Manifests without a tag that nothing holds, in no promised order; null where there is no such
   * repository.
   */
  untagged(name: RepositoryName): Promise<readonly UntaggedImage[] | null>
  /** When manifests were linked. Reads storage: call it for a page of rows. */
  linkTimes(name: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, number>>
  /** Leaves out images that do not exist. Reads the configurations that are not known yet. */
  layerMap(name: RepositoryName, images: readonly Digest[]): Promise<LayerMap>
  image(name: RepositoryName, digest: Digest): Promise<ImageDetails | null>
  /**
   * For each image: the bytes that no other image in the registry holds, its unit counted once.
   * Zero for a platform of an index: deleting it alone frees nothing.
   */
  exclusiveBytes(
    name: RepositoryName,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, number>>
  /** Reads the configurations that are not known yet: call it for a page of rows, not for all. */
  origins(
    name: RepositoryName,
    digests: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, ImageMetadata>>
  /**
   * Why images cannot be pulled whole, for those that cannot. Reads storage: call it for a page of
   * rows. A digest that the repository does not link counts as such an image.
   */
  flaws(name: RepositoryName, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, string>>
  /** Leaves out references that do not exist. `whole`: deletes the images with all their tags. */
  impact(
    name: RepositoryName,
    references: readonly string[],
    whole: boolean,
  ): Promise<DeletionImpact>
  /** Null where there is no such repository. */
  repositoryImpact(name: RepositoryName): Promise<RepositoryImpact | null>
  /**
   * A tag of one of these repositories that needs the digest, by the shortest path; null if none
   * does.
   */
  tagOver(digest: Digest, isAmong: (name: RepositoryName) => boolean): Promise<TagPath | null>
  /**
   * Whether one of these repositories links the digest, as a layer or as a manifest. Reads storage.
   */
  isLinked(digest: Digest, isAmong: (name: RepositoryName) => boolean): Promise<boolean>
  /**
   * Whether bytes are stored under the digest, also where storage does not let them be read. Reads
   * storage.
   */
  isStored(digest: Digest): Promise<boolean>
  /**
   * What rules of retention read of a repository; null where there is no such repository. `gaps`:
   * the parts that could not be read, in words, so that nothing may be concluded.
   */
  retentionFacts(
    name: RepositoryName,
    request: FactsRequest,
  ): Promise<{ readonly images: readonly ImageFacts[]; readonly gaps: readonly string[] } | null>
  /** Those of the references to what runs that name no image here. */
  unknownReferences(references: readonly RunningReference[]): Promise<readonly RunningReference[]>
  /** Of a repository, what was reported to run, with all that it needs. */
  runningImages(
    name: RepositoryName,
    reported: ReportedRunning,
  ): Promise<ReadonlyMap<Digest, readonly string[]>>
  /** By repository and chosen image: the bytes that are freed if all go, each counted once. */
  bytesFreedBy(
    going: ReadonlyMap<RepositoryName, Going>,
  ): Promise<ReadonlyMap<RepositoryName, ReadonlyMap<Digest, number>>>
  /** What all manifests refer to, and themselves; each blob once. */
  bytesOfAll(): Promise<number>
  /**
   * For each trash entry (by id): the bytes that are exclusive to it; null until that is computed.
   */
  heldBytes(): Promise<ReadonlyMap<string, number | null>>
}
