import type { Pause } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { Catalog } from '../../repositories/catalog.ts'
import { sliceOfLinks, slicesInOrder } from '../../in-order.ts'
import { linkedOnes, type RepositoryReader } from './repository-reader.ts'
import type { KnownGraph } from './known-graph.ts'

export interface LookOptions {
  readonly name: RepositoryName
  readonly catalog: Pick<Catalog, 'tags'>
  readonly pause: Pause
}

/** The manifests of a repository, before the contents of any are read. */
export interface LinkedManifests {
  /** When each was linked, as of before the tags were listed. */
  readonly linkedAt: ReadonlyMap<Digest, number>
  /** Linked manifests with unknown, or not fully known, contents. */
  readonly unknown: readonly Digest[]
  /** Known manifests that are not linked any more. */
  readonly gone: ReadonlySet<Digest>
}

/** Finds out which manifests are linked. Does not change the graph. */
export async function lookAtLinks(
  { graph, unreadableManifests }: KnownGraph,
  { name, pause }: LookOptions,
  reader: RepositoryReader,
): Promise<LinkedManifests> {
  const linkedAt = new Map<Digest, number>()
  const gone = new Set([...graph.manifests.keys(), ...unreadableManifests])
  const unknown: Digest[] = []
  const times = (digests: readonly Digest[]) => reader.linkTimes(name, digests)
  const names = await reader.revisionNames(name)
  for await (const [digests, found] of slicesInOrder(
    names,
    async (slice) => [slice, await times(slice)] as const,
    sliceOfLinks,
  )) {
    for (const digest of linkedOnes(digests, found)) {
      gone.delete(digest)
      const node = graph.manifest(digest)
      if (node === undefined || node.lacksLayers) unknown.push(digest)
    }
    for (const [position, digest] of digests.entries()) {
      linkedAt.set(digest, found[position] ?? NaN)
    }
    await pause()
  }
  return { linkedAt, unknown, gone }
}

/** Reads the manifests that are not known, and forgets those that are gone. */
export async function lookAtManifests(
  { touched, setManifest }: KnownGraph,
  { pause }: LookOptions,
  reader: RepositoryReader,
  { linkedAt, unknown, gone }: LinkedManifests,
): Promise<void> {
  const read = async (digests: readonly Digest[]) => ({
    digests,
    contents: await reader.manifestContents(digests),
  })
  for await (const { digests, contents } of slicesInOrder(unknown, read)) {
    for (const [position, digest] of digests.entries()) {
      if (touched.manifests.has(digest)) continue
      const cannotTell = Number.isNaN(linkedAt.get(digest))
      setManifest(digest, cannotTell ? 'unreadable' : (contents[position] ?? null))
    }
    await pause()
  }
  for (const digest of gone) if (!touched.manifests.has(digest)) setManifest(digest, null)
}

/** @param isKnown true for tags that other code has read later */
export async function lookAtTags(
  { graph, setTag }: KnownGraph,
  { name, catalog, pause }: LookOptions,
  reader: RepositoryReader,
  isKnown: (tag: TagName) => boolean,
): Promise<void> {
  const gone = new Set(graph.tags.keys())
  for await (const links of catalog.tags(name, reader)) {
    for (const link of links) {
      gone.delete(link.name)
      if (!isKnown(link.name)) setTag(link.name, link)
    }
    await pause()
  }
  for (const tag of gone) if (!isKnown(tag)) setTag(tag, null)
}
