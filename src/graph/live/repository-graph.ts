import type { Digest } from '#domain/values/digest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { Manifest, Platform } from '#domain/manifest/manifest.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { cosignTypeOf } from './cosign.ts'
import type { BlobNode, BlobTable } from './blob-table.ts'
import type { ManifestContents } from '../manifest-contents.ts'
import type { TagLink } from './tag-link.ts'
import { nameableStart } from '../fallback-tag.ts'
import { leadsToEither, retainedEdgesOf, subjectEdgesOf } from '../edges.ts'

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
  /**
   * The references that an index lists under a media type that is no manifest's: each is a blob, or
   * a manifest that is linked here.
   */
  readonly entries: readonly BlobNode[]
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
  parentsOf(digest: Digest): readonly Digest[]
  /** Linked manifests that name it as their subject. */
  attachedTo(digest: Digest): readonly Digest[]
  setTag(name: TagName, link: TagLink | null): void
  setManifest(digest: Digest, reading: ManifestContents | null): void
  /** The parts of the repository that could not be read, in words: `tag 1.2`, `its manifests`. */
  readonly unreadable: ReadonlySet<string>
  setUnreadable(what: string, isSo: boolean): void
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

/** A map from keys to lists, nearly all of length one. */
function createMultimap<K, V>() {
  const lists = new Map<K, V[]>()
  const none: readonly V[] = []
  return {
    get: (key: K): readonly V[] => lists.get(key) ?? none,
    add(key: K, value: V): void {
      const list = lists.get(key)
      if (list) list.push(value)
      else lists.set(key, [value])
    },
    remove(key: K, value: V): void {
      const left = lists.get(key)?.filter((other) => other !== value) ?? []
      if (left.length > 0) lists.set(key, left)
      else lists.delete(key)
    },
  }
}

const noSubjects: readonly Digest[] = []

function distinctSubjects(manifest: Manifest): readonly Digest[] {
  const subjects = subjectEdgesOf(manifest)
  if (subjects.length === 0) return noSubjects
  return [...new Set(subjects.map(({ target }) => target.digest))]
}

const isKnown = (platform: Platform | undefined): platform is Platform =>
  // buildkit lists its attestations under the platform unknown/unknown.
  platform !== undefined && platform.os !== 'unknown'

const nothingChanged = () => ({ tags: new Set<TagName>(), manifests: new Set<Digest>() })

export function createRepositoryGraph(blobs: BlobTable): RepositoryGraph {
  const tags = new Map<TagName, TagLink>()
  const manifests = new Map<Digest, ManifestNode>()
  const tagsOf = createMultimap<Digest, TagName>()
  const parentsOf = createMultimap<Digest, Digest>()
  const attachedTo = createMultimap<Digest, Digest>()
  /** Only digests that no tag names in full. */
  const byStart = createMultimap<string, Digest>()
  const unreadable = new Set<string>()
  let version = 0
  let changed: ReturnType<typeof nothingChanged> | null = null

  function forget(node: ManifestNode): void {
    manifests.delete(node.digest)
    if (!isSha256(node.digest)) byStart.remove(nameableStart(node.digest), node.digest)
    blobs.removeReference(node.blob)
    for (const reference of node.references) {
      blobs.removeReference(reference)
      if (node.kind === 'index') parentsOf.remove(reference.digest, node.digest)
    }
    for (const subject of node.subjects) attachedTo.remove(subject, node.digest)
  }

  function remember(digest: Digest, contents: ManifestContents): void {
    const { manifest, sizeBytes } = contents
    const edges = retainedEdgesOf(contents)
    const held = edges.map(({ target }) => blobs.addReference(target.digest, target.sizeBytes))
    const subjects = distinctSubjects(manifest)
    const platforms =
      manifest.kind === 'index' ? manifest.manifests.map((child) => child.platform) : []
    manifests.set(digest, {
      digest,
      kind: manifest.kind,
      mediaType: manifest.mediaType,
      artifactType: manifest.artifactType,
      cosignType: cosignTypeOf(manifest),
      subjects,
      config: manifest.kind === 'image' ? (manifest.config?.digest ?? null) : null,
      blob: blobs.addReference(digest, sizeBytes),
      references: held,
      entries: held.filter((_, position) => edges[position] && leadsToEither(edges[position])),
      platforms: platforms.filter(isKnown),
      ...(contents.lacksLayers ? { lacksLayers: true } : {}),
    })
    if (manifest.kind === 'index') {
      for (const { target } of edges) parentsOf.add(target.digest, digest)
    }
    for (const subject of subjects) attachedTo.add(subject, digest)
    if (!isSha256(digest)) byStart.add(nameableStart(digest), digest)
  }

  return {
    tags,
    manifests,
    tag: (name) => tags.get(name),
    manifest: (digest) => manifests.get(digest),
    manifestsStarting: (start) =>
      manifests.has(start as Digest) ? [start as Digest] : byStart.get(start),
    tagsOf: tagsOf.get,
    parentsOf: parentsOf.get,
    attachedTo: attachedTo.get,
    unreadable,
    get version() {
      return version
    },

    setUnreadable(what, isSo) {
      if (unreadable.has(what) === isSo) return
      version += 1
      if (isSo) unreadable.add(what)
      else unreadable.delete(what)
    },

    setTag(name, link) {
      const before = tags.get(name)
      if (before?.digest === link?.digest && before?.linkedAtMs === link?.linkedAtMs) return
      version += 1
      changed?.tags.add(name)
      if (before?.digest) changed?.manifests.add(before.digest)
      if (before?.digest) tagsOf.remove(before.digest, name)
      if (link?.digest) tagsOf.add(link.digest, name)
      if (link) tags.set(name, link)
      else tags.delete(name)
    },

    setManifest(digest, reading) {
      const before = manifests.get(digest)
      // The contents of a manifest never change, but layers that need not be on storage may have
      // been pushed.
      const hasGrown =
        before?.lacksLayers &&
        reading !== null &&
        retainedEdgesOf(reading).length > before.references.length
      if (!hasGrown && (before === undefined) === (reading === null)) return
      version += 1
      changed?.manifests.add(digest)
      // Recorded now, because forgetting the manifest also forgets its subjects.
      for (const subject of before?.subjects ?? []) changed?.manifests.add(subject)
      if (before) forget(before)
      if (reading) remember(digest, reading)
    },

    takeChanges() {
      const taken = changed ?? nothingChanged()
      changed = nothingChanged()
      return taken
    },
  }
}
