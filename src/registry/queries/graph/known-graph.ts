import type { Digest } from '#domain/values/digest.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { BlobTable } from '#graph/live/blob-table.ts'
import type { ManifestContents } from '#graph/manifest-contents.ts'
import { createRepositoryGraph } from '#graph/live/create-repository-graph.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { TagLink } from '#graph/live/tag-link.ts'

/** A graph, and how current its parts are. */
export interface KnownGraph {
  readonly graph: RepositoryGraph
  /** What other code read while a whole look was running: the look may have read it earlier. */
  readonly touched: { readonly tags: Set<TagName>; readonly manifests: Set<Digest> }
  readonly unreadableTags: ReadonlySet<TagName>
  readonly unreadableManifests: ReadonlySet<Digest>
  /**
   * When each manifest was linked, as of before all tags were read. Software that points a tag at a
   * manifest first links the manifest again, as docker-registry does. So while that time is the
   * same, no tags show it except the known ones.
   */
  readonly linkedBeforeTags: Map<Digest, number>
  touch(tags: Iterable<TagName>, manifests: Iterable<Digest>): void
  setManifest(digest: Digest, contents: ManifestContents | 'unreadable' | null): void
  setTag(tag: TagName, link: TagLink | null): void
}

export function createKnownGraph(blobs: BlobTable): KnownGraph {
  const graph = createRepositoryGraph(blobs)
  const touched = { tags: new Set<TagName>(), manifests: new Set<Digest>() }
  const unreadableTags = new Set<TagName>()
  const unreadableManifests = new Set<Digest>()
  return {
    graph,
    touched,
    unreadableTags,
    unreadableManifests,
    linkedBeforeTags: new Map(),

    touch(tags, manifests) {
      for (const tag of tags) touched.tags.add(tag)
      for (const digest of manifests) touched.manifests.add(digest)
    },

    setManifest(digest, contents) {
      const isUnreadable = contents === 'unreadable'
      if (isUnreadable) unreadableManifests.add(digest)
      else unreadableManifests.delete(digest)
      graph.setUnreadable(`manifest ${digest}`, isUnreadable)
      graph.setManifest(digest, isUnreadable ? null : contents)
    },

    setTag(tag, link) {
      if (link?.isUnreadable) {
        unreadableTags.add(tag)
        graph.setUnreadable(`tag ${tag}`, true)
      } else if (unreadableTags.delete(tag)) graph.setUnreadable(`tag ${tag}`, false)
      graph.setTag(tag, link)
    },
  }
}

/**
 * File systems have clocks this coarse: two writes within this time may get the same time stamp.
 */
const stampsCoarseMs = 2500

/** Records the manifests that were linked long enough before all tags were read. */
export function rememberLinked(
  { linkedBeforeTags }: KnownGraph,
  tagsReadAtMs: number,
  linkedAt: Iterable<readonly [Digest, number]>,
): void {
  for (const [digest, time] of linkedAt) {
    if (tagsReadAtMs - time >= stampsCoarseMs) linkedBeforeTags.set(digest, time)
  }
}
