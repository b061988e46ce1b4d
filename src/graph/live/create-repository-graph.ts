import type { Digest } from '#domain/values/digest.ts'
import type { Manifest, Platform } from '#domain/manifest/manifest.ts'
import { isSha256 } from '#domain/values/packed-digests.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { retainedEdgesOf, subjectEdgesOf, type Edge, type EdgeKind } from '../edges.ts'
import { nameableStart } from '../fallback-tag.ts'
import type { ManifestContents } from '../manifest-contents.ts'
import type { BlobNode, BlobTable } from './blob-table.ts'
import { cosignTypeOf } from './cosign.ts'
import type { ManifestNode, RepositoryGraph } from './repository-graph.ts'
import type { TagLink } from './tag-link.ts'
import { viewOfRepository } from './view-of-repository.ts'

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

/** Few, because most images differ in the number of their layers alone. */
const kindsByWords = new Map<string, readonly EdgeKind[]>()

function sharedKinds(edges: readonly Edge[]): readonly EdgeKind[] {
  const kinds = edges.map(({ kind }) => kind)
  // The lists of unusual manifests are not kept for ever.
  if (kinds.length > 100) return kinds
  const words = kinds.join('')
  const known = kindsByWords.get(words)
  if (known === undefined) kindsByWords.set(words, kinds)
  return known ?? kinds
}

const isKnown = (platform: Platform | undefined): platform is Platform =>
  // buildkit lists its attestations under the platform unknown/unknown.
  platform !== undefined && platform.os !== 'unknown'

const nothingChanged = () => ({ tags: new Set<TagName>(), manifests: new Set<Digest>() })

export function createRepositoryGraph(blobs: BlobTable): RepositoryGraph {
  const tags = new Map<TagName, TagLink>()
  const manifests = new Map<Digest, ManifestNode>()
  const tagsOf = createMultimap<Digest, TagName>()
  const parentsOf = createMultimap<Digest, BlobNode>()
  const attachedTo = createMultimap<Digest, BlobNode>()
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
      if (node.kind === 'index') parentsOf.remove(reference.digest, node.blob)
    }
    for (const subject of node.subjects) attachedTo.remove(subject, node.blob)
  }

  function remember(digest: Digest, contents: ManifestContents): void {
    const { manifest, sizeBytes } = contents
    const edges = retainedEdgesOf(contents)
    const held = edges.map(({ target }) => blobs.addReference(target.digest, target.sizeBytes))
    const blob = blobs.addReference(digest, sizeBytes)
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
      blob,
      references: held,
      kinds: sharedKinds(edges),
      platforms: platforms.filter(isKnown),
      ...(contents.lacksLayers ? { lacksLayers: true } : {}),
    })
    if (manifest.kind === 'index') {
      for (const { target } of edges) parentsOf.add(target.digest, blob)
    }
    for (const subject of subjects) attachedTo.add(subject, blob)
    if (!isSha256(digest)) byStart.add(nameableStart(digest), digest)
  }

  const graph: RepositoryGraph = {
    tags,
    manifests,
    tag: (name) => tags.get(name),
    manifest: (digest) => manifests.get(digest),
    manifestsStarting: (start) =>
      manifests.has(start as Digest) ? [start as Digest] : byStart.get(start),
    tagsOf: tagsOf.get,
    parentsOf: parentsOf.get,
    attachedTo: attachedTo.get,
    nodeOf: (digest) => blobs.get(digest) ?? { digest, sizeBytes: 0, referenceCount: 0 },
    get view() {
      return view
    },
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
  const view = viewOfRepository(graph)
  return graph
}
