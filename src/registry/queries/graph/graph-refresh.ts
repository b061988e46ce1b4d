import type { Clock } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import { lookAtTags, type LookOptions } from './read-graph.ts'
import { decisionInputsOf } from './image-unit.ts'
import { slicesInOrder } from '../../in-order.ts'
import { linkedOnes, type RepositoryReader } from './repository-reader.ts'
import { rememberLinked, type KnownGraph } from './known-graph.ts'
import { blobFile, revisionLink } from '../../layout.ts'
import { readManifests } from '../../manifests/manifest-reading.ts'
import type { ManifestContents } from '../../manifests/manifest-contents.ts'
import { StoreError } from '#storage/errors.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headOrNull, missingOutcome } from '#storage/single-object.ts'
import { readTagLinks } from '../../tags/tag-links.ts'

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
 */
async function refreshManifests(
  known: KnownGraph,
  { name, objects }: RefreshOptions,
  reader: RepositoryReader,
): Promise<void> {
  const { graph, unreadableManifests } = known
  const names = await reader.revisionNames(name)
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
}

async function refreshTags(
  known: KnownGraph,
  objects: ObjectReader,
  repository: RepositoryName,
  tags: readonly TagName[],
): Promise<void> {
  known.touch(tags, [])
  if (tags.length === 0) return
  const links = await readTagLinks(objects, repository, tags)
  for (const [position, tag] of tags.entries()) known.setTag(tag, links[position] ?? null)
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
): Promise<void> {
  const { name, objects, clock } = options
  const reader = options.openRepositoryReader()
  const seen = { manifests: new Set<Digest>(), tags: new Set<TagName>() }
  let allTagsSeen = false

  /**
   * Updates which of these manifests are linked. If one was linked again since all tags were read,
   * other tags may show it, so this reads all tags again.
   */
  async function refreshLinks(manifests: readonly Digest[]): Promise<void> {
    const startedAtMs = clock.nowMs()
    const links = manifests.map((digest) => revisionLink(name, digest))
    const outcomes = links.length === 0 ? [] : await objects.headMany(links)
    const linked: (readonly [Digest, number])[] = []
    for (const [position, digest] of manifests.entries()) {
      const link = links[position] ?? ''
      const head = headOrNull(outcomes[position] ?? missingOutcome(link), link)
      seen.manifests.add(digest)
      if (head !== null) linked.push([digest, head.modifiedAtMs])
      else {
        known.touch([], [digest])
        known.setManifest(digest, null)
      }
    }
    const isSame = linked.every(([digest, time]) => known.linkedBeforeTags.get(digest) === time)
    if (isSame || allTagsSeen) return
    await lookAtTags(known, options, reader, (tag) => {
      if (options.isLooking()) known.touch([tag], [])
      return false
    })
    allTagsSeen = true
    rememberLinked(known, startedAtMs, linked)
  }

  await refreshManifests(known, options, reader)
  for (;;) {
    const inputs = decisionInputsOf(known.graph, image)
    const manifests = [...inputs.manifests].filter((digest) => !seen.manifests.has(digest))
    const tags = [...inputs.tags].filter((tag) => !seen.tags.has(tag))
    if (manifests.length + tags.length === 0) break
    await refreshLinks(manifests)
    await refreshTags(known, objects, name, tags)
    for (const tag of tags) seen.tags.add(tag)
  }
  // Any unreadable tag may show the image.
  await refreshTags(known, objects, name, [...known.unreadableTags])
}
