import type { Digest } from '#domain/values/digest.ts'
import type { Platform } from '#domain/manifest/manifest.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { EdgeKind } from '../edges.ts'
import type { ManifestContents } from '../manifest-contents.ts'
import type { RepositoryView } from '../repository-view.ts'
import type { BlobNode } from './blob-table.ts'
import type { TagLink } from './tag-link.ts'

/**
 * A linked manifest. Keeps as little as it can, because there are hundreds of thousands of them.
 */
export interface ManifestNode {
  readonly digest: Digest
  readonly kind: 'image' | 'index'
  readonly mediaType: string
  readonly artifactType: string | null
  /** For an artifact of cosign, the media type of its layers. */
  readonly cosignType: string | null
  /** The subjects that it is attached to: nearly always none, or one. */
  readonly subjects: readonly Digest[]
  readonly config: Digest | null
  /** The blob of the manifest itself. */
  readonly blob: BlobNode
  /**
   * For an image, its configuration and layers; for an index, manifests, which may not be linked.
   */
  readonly references: readonly BlobNode[]
  /** How it leads to each of them. Shared by all manifests of the same kinds. */
  readonly kinds: readonly EdgeKind[]
  readonly platforms: readonly Platform[]
  /**
   * It names layers that need not be on storage, and are not there: if they are pushed later, it
   * holds them too.
   */
  readonly lacksLayers?: true
}

/** Which tags and manifests of one repository refer to which. Only readable manifests are in it. */
export interface RepositoryGraph {
  readonly tags: ReadonlyMap<TagName, TagLink>
  readonly manifests: ReadonlyMap<Digest, ManifestNode>
  tag(name: TagName): TagLink | undefined
  manifest(digest: Digest): ManifestNode | undefined
  /** The linked manifests whose fallback tags begin so (`nameableStart`): nearly always one. */
  manifestsStarting(start: string): readonly Digest[]
  tagsOf(digest: Digest): readonly TagName[]
  /** Linked indexes that list a manifest. */
  parentsOf(digest: Digest): readonly BlobNode[]
  /** Linked manifests that name it as their subject. */
  attachedTo(digest: Digest): readonly BlobNode[]
  setTag(name: TagName, link: TagLink | null): void
  setManifest(digest: Digest, reading: ManifestContents | null): void
  /** The parts of the repository that could not be read, in words: `tag 1.2`, `its manifests`. */
  readonly unreadable: ReadonlySet<string>
  setUnreadable(what: string, isSo: boolean): void
  /** The node of any digest, for the view. */
  nodeOf(digest: Digest): BlobNode
  /** The same graph, as algorithms read it. */
  readonly view: RepositoryView<BlobNode>
  /** Increases with every change. */
  readonly version: number
  /**
   * What changed since the last call; nothing at the first, for all of it is new. The graph has one
   * listener, its list of tags.
   */
  takeChanges(): GraphChanges
}

export interface GraphChanges {
  readonly tags: ReadonlySet<TagName>
  readonly manifests: ReadonlySet<Digest>
}
