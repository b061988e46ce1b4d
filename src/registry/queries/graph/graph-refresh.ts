import type { Clock } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { lookAtTags, type LookOptions } from './read-graph.ts'
import { imageUnitInputsOf } from '#graph/live/image-unit-inputs.ts'
import { slicesInOrder } from '../../in-order.ts'
import { linkedOnes, type RepositoryReader } from './repository-reader.ts'
import { rememberLinked, type KnownGraph } from './known-graph.ts'
import { blobFile, revisionLink, tagLink } from '../../layout.ts'
import { readManifests } from '../../manifests/manifest-reading.ts'
import type { ManifestContents } from '#graph/manifest-contents.ts'
import { StoreError } from '#storage/errors.ts'
import type { GetOutcome, HeadOutcome, ObjectReader } from '#storage/object-store.ts'
import { headObject, headOrNull, missingOutcome } from '#storage/single-object.ts'
import { readLinks } from '../../tags/link.ts'
import { readTagLinks, tagLinkOf } from '../../tags/tag-links.ts'
import type { TagLink } from '#graph/live/tag-link.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { isDigestReference, type Reference } from '../../manifests/tag-or-digest.ts'

export interface RefreshOptions extends LookOptions {
  readonly objects: ObjectReader
  readonly openRepositoryReader: () => RepositoryReader
  readonly clock: Clock
  /** Whether a whole look is running, which may have read some of the repository earlier. */
  readonly isLooking: () => boolean
}

/**
 * Rejects where the manifest may not be read: its references would be missing from the decision.
 */
async function readStrictly(
  objects: ObjectReader,
  digest: Digest,
): Promise<ManifestContents | null> {
  const [reading] = await readManifests(objects, [digest])
  if (reading?.kind === 'unreadable' && reading.isDenied) {
    throw new StoreError('DENIED', blobFile(digest))
  }
  return reading?.kind === 'manifest' ? reading : null
}

/**
 * Updates the graph with manifests that were linked since the last look or are not listed any more.
 * Returns whether the list has manifests that the graph did not know.
 */
async function refreshManifests(
  known: KnownGraph,
  { name, objects }: RefreshOptions,
  reader: RepositoryReader,
  names: readonly Digest[],
): Promise<boolean> {
  const { graph, unreadableManifests } = known
  const gone = new Set([...graph.manifests.keys(), ...unreadableManifests])
  for (const digest of names) gone.delete(digest)
  const unknown = names.filter((digest) => graph.manifest(digest) === undefined)
  known.touch([], unknown)
  known.touch([], gone)
  for (const digest of gone) known.setManifest(digest, null)
  const read = async (digests: readonly Digest[]) => {
    const linked = linkedOnes(digests, await reader.linkTimes(name, digests))
    return { linked, contents: await reader.manifestContents(linked) }
  }
  for await (const { linked, contents } of slicesInOrder(unknown, read)) {
    for (const [position, digest] of linked.entries()) {
      const found = contents[position] ?? null
      const isTold = found !== 'unreadable'
      known.setManifest(digest, isTold ? found : await readStrictly(objects, digest))
    }
  }
  return unknown.length > 0
}

/** What a decision depends on, as it was read in one call. */
interface ReadInputs {
  readonly startedAtMs: number
  readonly links: ReadonlyMap<Digest, HeadOutcome>
  readonly tags: ReadonlyMap<TagName, GetOutcome>
}

const headIn = (outcome: GetOutcome): HeadOutcome =>
  outcome.kind === 'too large' ? { ...outcome, kind: 'found' } : outcome

async function readInputs(
  known: KnownGraph,
  { name, objects, clock }: RefreshOptions,
  manifests: readonly Digest[],
  tags: readonly TagName[],
): Promise<ReadInputs> {
  const startedAtMs = clock.nowMs()
  known.touch(tags, [])
  const links = manifests.map((digest) => revisionLink(name, digest))
  const keys = [...links, ...tags.map((tag) => tagLink(name, tag))]
  const outcomes = keys.length === 0 ? [] : await readLinks(objects, keys)
  const at = (position: number) => outcomes[position] ?? missingOutcome(keys[position] ?? '')
  const heads = links.map((_, position) => headIn(at(position)))
  // A link need not be readable: that it exists is enough.
  const isTold = heads.every(({ kind }) => kind === 'found' || kind === 'absent')
  const told = isTold ? heads : await objects.headMany(links)
  return {
    startedAtMs,
    links: new Map(
      manifests.map((digest, position) => [
        digest,
        told[position] ?? missingOutcome(links[position] ?? ''),
      ]),
    ),
    tags: new Map(tags.map((tag, position) => [tag, at(manifests.length + position)])),
  }
}

/** When a manifest was linked; null if it is not. Throws where storage cannot tell. */
function linkTimeIn({ links }: ReadInputs, name: RepositoryName, digest: Digest): number | null {
  const link = revisionLink(name, digest)
  return headOrNull(links.get(digest) ?? missingOutcome(link), link)?.modifiedAtMs ?? null
}

/** Throws where storage cannot tell. */
const tagIn = ({ tags }: ReadInputs, name: RepositoryName, tag: TagName): TagLink | null =>
  tagLinkOf(tags.get(tag) ?? missingOutcome(tagLink(name, tag)), name, tag)

/** What a reference shows now, read from storage. */
interface CurrentReference {
  /** For a tag; null where there is no such tag. */
  readonly tag: TagLink | null
  /** Where the tag points, or the digest itself; null where the tag points nowhere. */
  readonly digest: Digest | null
  /** Whether the repository links that manifest. */
  readonly isLinked: boolean
}

/** What a reference shows, and what the decision about that image depends on. */
export interface DeletionInputs extends CurrentReference {
  /**
   * The graph, for an image that the repository links: everything that the decision about the image
   * depends on is as storage has it now, also where other software wrote it. Rejects where any of
   * that cannot be read.
   */
  readGraph(image: Digest): Promise<RepositoryGraph>
}

/** The first reads of a refresh, in the order that a decision needs: the list comes before them. */
export interface BegunRefresh {
  readonly reader: RepositoryReader
  readonly names: Promise<readonly Digest[]>
  readonly inputs: ReadInputs
}

/** Reads what a reference shows. Rejects where storage cannot tell. */
export async function readReference(
  { name, objects }: Pick<RefreshOptions, 'name' | 'objects'>,
  reference: Reference,
): Promise<CurrentReference> {
  const isDigest = isDigestReference(reference)
  const [tag = null] = isDigest ? [] : await readTagLinks(objects, name, [reference])
  const digest = isDigest ? reference : (tag?.digest ?? null)
  const link = digest && (await headObject(objects, revisionLink(name, digest)))
  return { tag, digest, isLinked: link !== null }
}

/**
 * The same, together with what a refresh reads for the image that the reference showed at the last
 * look: where it still shows that image, the refresh need not read it again.
 */
export async function beginRefresh(
  known: KnownGraph,
  options: RefreshOptions,
  reference: Reference,
  image: Digest,
): Promise<CurrentReference & { readonly begun: BegunRefresh }> {
  const { name, objects } = options
  const reader = options.openRepositoryReader()
  const names = reader.revisionNames(name)
  // If the list fails, that matters only to a refresh.
  await Promise.allSettled([names])
  const inputs = imageUnitInputsOf(known.graph, image)
  const own = isDigestReference(reference) ? [] : [reference]
  const read = await readInputs(
    known,
    options,
    [...new Set([image, ...inputs.manifests])],
    [...new Set([...own, ...inputs.tags])],
  )
  const tag = isDigestReference(reference) ? null : tagIn(read, name, reference)
  const digest = isDigestReference(reference) ? reference : (tag?.digest ?? null)
  const isLinked =
    digest !== null &&
    (read.links.has(digest)
      ? linkTimeIn(read, name, digest) !== null
      : (await headObject(objects, revisionLink(name, digest))) !== null)
  return { tag, digest, isLinked, begun: { reader, names, inputs: read } }
}

function updateTags(
  known: KnownGraph,
  name: RepositoryName,
  tags: readonly TagName[],
  read: ReadInputs,
): void {
  known.touch(tags, [])
  for (const tag of tags) known.setTag(tag, tagIn(read, name, tag))
}

/**
 * Updates everything that the deletion of an image depends on to the present state of storage:
 * which manifests exist, by one listing; for the manifests that the decision about the image
 * involves, whether they are still linked, and which tags show them. Reads all tags only where one
 * of these manifests was linked since the last read of all tags.
 *
 * Rejects where any of that, or anything that may be part of it, cannot be read.
 */
export async function refreshGraph(
  known: KnownGraph,
  options: RefreshOptions,
  image: Digest,
  begun?: BegunRefresh,
): Promise<void> {
  const { name } = options
  const reader = begun?.reader ?? options.openRepositoryReader()
  const seen = { manifests: new Set<Digest>(), tags: new Set<TagName>() }
  let allTagsSeen = false

  /**
   * Updates which of these manifests are linked. If one was linked again since all tags were read,
   * other tags may show it, so this reads all tags again.
   */
  async function updateLinks(manifests: readonly Digest[], read: ReadInputs): Promise<boolean> {
    const linked: (readonly [Digest, number])[] = []
    for (const digest of manifests) {
      const time = linkTimeIn(read, name, digest)
      seen.manifests.add(digest)
      if (time !== null) linked.push([digest, time])
      else {
        known.touch([], [digest])
        known.setManifest(digest, null)
      }
    }
    const isSame = linked.every(([digest, time]) => known.linkedBeforeTags.get(digest) === time)
    if (isSame || allTagsSeen) return false
    await lookAtTags(known, options, reader, (tag) => {
      if (options.isLooking()) known.touch([tag], [])
      return false
    })
    allTagsSeen = true
    rememberLinked(known, read.startedAtMs, linked)
    return true
  }

  const names = await (begun?.names ?? reader.revisionNames(name))
  const hasNew = await refreshManifests(known, options, reader, names)
  // Reading new manifests took time: what was read before it is read again.
  let first = hasNew ? undefined : begun?.inputs
  for (;;) {
    const inputs = imageUnitInputsOf(known.graph, image)
    const manifests = [...inputs.manifests].filter((digest) => !seen.manifests.has(digest))
    const tags = [...inputs.tags].filter((tag) => !seen.tags.has(tag))
    if (manifests.length + tags.length === 0) break
    const isRead =
      first !== undefined &&
      manifests.every((digest) => first?.links.has(digest)) &&
      tags.every((tag) => first?.tags.has(tag))
    let read =
      first !== undefined && isRead ? first : await readInputs(known, options, manifests, tags)
    first = undefined
    // All tags were read after these: they are read again, strictly.
    if (await updateLinks(manifests, read)) read = await readInputs(known, options, [], tags)
    updateTags(known, name, tags, read)
    for (const tag of tags) seen.tags.add(tag)
  }
  // Any unreadable tag may show the image.
  const unreadable = [...known.unreadableTags]
  updateTags(known, name, unreadable, await readInputs(known, options, [], unreadable))
}
