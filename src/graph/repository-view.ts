import type { TagName } from '#domain/values/tag-name.ts'
import type { EdgeKind } from './edges.ts'

/**
 * One repository's part of a graph, as far as algorithms read it. Its manifests are those that the
 * repository links and that were understood; to it, everything else is a blob.
 *
 * A node stands for one digest. Two nodes are the same where they are identical (`===`).
 */
export interface RepositoryView<Node> {
  /** All of them, in no promised order. */
  manifests(): Iterable<Node>
  isManifest(node: Node): boolean
  isIndex(node: Node): boolean
  /** What a manifest refers to and keeps, in its order, each node once; nothing for a blob. */
  edgesFrom(manifest: Node): readonly Node[]
  /** The kinds of these edges, in the same order. */
  kindsFrom(manifest: Node): readonly EdgeKind[]
  /** Indexes that list it. */
  parentsOf(node: Node): readonly Node[]
  /** Manifests that are attached to it, by their subject or by their tag. One may come twice. */
  referrersOf(node: Node): readonly Node[]
  /** Manifests that a manifest names as its subjects: nearly always none, or one. */
  subjectsOf(manifest: Node): readonly Node[]
  /** In no promised order. */
  tagsOf(node: Node): readonly TagName[]
  /** To what a tag attaches the manifest that it shows; nothing for an ordinary tag. */
  subjectsByTag(tag: TagName): readonly Node[]
  /** Bytes; 0 while no manifest states them. */
  sizeOf(node: Node): number
  /**
   * How many manifests of the whole registry refer to it: each counts once for each repository that
   * links it, and so does the node itself where it is a manifest.
   */
  referenceCountOf(node: Node): number
}
