import {
  digestAlgorithms,
  parseDigest,
  type Digest,
  type DigestAlgorithm,
} from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { StoreError } from '#storage/errors.ts'
import type { HeadOutcome, ReadHints, ObjectReader } from '#storage/object-store.ts'
import { headOrNull, missingOutcome } from '#storage/single-object.ts'
import { createImageFlaws, type FindImageFlaws } from '../image-flaws.ts'
import { blobFile, revisionLink, revisionsFolder, tagsFolder } from '../../layout.ts'
import { readManifestsForList } from '../../manifests/manifest-reading.ts'
import type { ManifestContents } from '#graph/manifest-contents.ts'
import { optionalEdgesOf } from '#graph/edges.ts'
import { readTagLinksForList } from '../../tags/tag-links.ts'
import {
  nextParts,
  readTagPage,
  tagFoldersIn,
  tagsWithLink,
  type NamePage,
  type TagPage,
} from '../../tags/tag-page.ts'
import type { TagLink } from '#graph/live/tag-link.ts'

/**
 * The reads for a repository's lists and for its graph, many at once. Arguments and results are
 * plain data, and no read depends on another, so any thread can do any of them. Each rejects where
 * a folder cannot be listed, and reports a single file that cannot be read.
 */
export interface RepositoryReader {
  /** The names that have a folder; a folder may outlive its tag. In no promised order. */
  tagNames(repository: RepositoryName): Promise<readonly TagName[]>
  /** A page of the names of tags, in one call: for pages of a few thousand at the most. */
  tagPage(repository: RepositoryName, page: NamePage): Promise<TagPage>
  /** Those of the names that are tags, in their order. Of names that were just listed. */
  tagsWithLink(repository: RepositoryName, names: readonly TagName[]): Promise<readonly TagName[]>
  /** Where tags point, of names that were just listed. A name that is no tag is left out. */
  tags(repository: RepositoryName, names: readonly TagName[]): Promise<readonly TagLink[]>
  /** The manifests that have a folder, linked or not. In no promised order. */
  revisionNames(repository: RepositoryName): Promise<readonly Digest[]>
  /**
   * When each manifest was last linked, in milliseconds since the epoch: -1 for one that is not
   * linked, NaN where that is unknown. Of manifests that were just listed.
   */
  linkTimes(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): Promise<Float64Array<ArrayBuffer>>
  /** The contents of manifests, in the order of `digests`; null for what is no manifest. */
  manifestContents(digests: readonly Digest[]): Promise<readonly ManifestContentsRead[]>
  readonly imageFlaws: FindImageFlaws
}

export type ManifestContentsRead = ManifestContents | 'unreadable' | null

/** The manifests that have a link time, or an unknown one. */
export const linkedOnes = (
  digests: readonly Digest[],
  times: Float64Array<ArrayBuffer>,
): readonly Digest[] => digests.filter((_, position) => times[position] !== -1)

/** `<tag>/` was listed, and the key is `<tag>/current/link`. */
const listedTag: ReadHints = { listedAbove: true }
/** `<digest>/` was listed, and the key is `<digest>/link`. */
const listedRevision: ReadHints = { listed: true }

export function createRepositoryReader(
  objects: ObjectReader,
  createDigester: CreateDigester,
): RepositoryReader {
  return {
    async tagNames(repository) {
      const prefix = `${tagsFolder(repository)}/` as const
      const tags: TagName[] = []
      for await (const page of objects.list(prefix, { delimiter: '/' })) {
        for (const tag of tagFoldersIn(prefix, page)) tags.push(tag)
      }
      return tags
    },

    tagPage: (repository, page) => readTagPage(objects, repository, page),

    tagsWithLink: (repository, names) => tagsWithLink(objects, repository, names, listedTag),

    async tags(repository, names) {
      const links = await readTagLinksForList(objects, repository, names, listedTag)
      return links.filter((link) => link !== null)
    },

    async revisionNames(repository) {
      const names = await Promise.all(
        digestAlgorithms.map((algorithm) => revisionsBy(objects, algorithm, repository)),
      )
      return names.flat()
    },

    linkTimes: (repository, digests) => readLinkTimes(objects, repository, digests, listedRevision),

    imageFlaws: createImageFlaws(objects, createDigester),

    manifestContents: (digests) => readManifestContents(objects, digests),
  }
}

/** `linkTimes` of a `RepositoryReader`, also for manifests that were not listed. */
export async function readLinkTimes(
  objects: Pick<ObjectReader, 'headMany'>,
  repository: RepositoryName,
  digests: readonly Digest[],
  hints?: ReadHints,
): Promise<Float64Array<ArrayBuffer>> {
  const links = digests.map((digest) => revisionLink(repository, digest))
  const outcomes = await objects.headMany(links, hints)
  return Float64Array.from(links, (link, position) =>
    unlessUnreadable(() => linkTime(outcomes[position], link), -1, NaN),
  )
}

const linkTime = (outcome: HeadOutcome | undefined, link: string): number =>
  headOrNull(outcome ?? missingOutcome(link), link)?.modifiedAtMs ?? -1

/**
 * A result, or a substitute where the store cannot tell, for example for lack of rights. What is
 * gone by the time of the read counts as not found.
 */
function unlessUnreadable<T, A, U>(read: () => T, absent: A, unreadable: U): T | A | U {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.code === 'NOT_FOUND' ? absent : unreadable
  }
}

async function revisionsBy(
  objects: Pick<ObjectReader, 'list'>,
  algorithm: DigestAlgorithm,
  repository: RepositoryName,
): Promise<readonly Digest[]> {
  const prefix = `${revisionsFolder(repository, algorithm)}/` as const
  const digests: Digest[] = []
  for await (const page of objects.list(prefix, { delimiter: '/' })) {
    for (const name of nextParts(prefix, page)) {
      const parsed = parseDigest(`${algorithm}:${name}`)
      if (parsed.ok) digests.push(parsed.value)
    }
  }
  return digests
}

/** `manifestContents` of a `RepositoryReader`. */
export async function readManifestContents(
  objects: Pick<ObjectReader, 'getMany' | 'headMany'>,
  digests: readonly Digest[],
): Promise<readonly ManifestContentsRead[]> {
  const readings = await readManifestsForList(objects, digests)
  const contents = readings.map((reading): ManifestContentsRead => {
    if (reading instanceof StoreError) return reading.code === 'NOT_FOUND' ? null : 'unreadable'
    if (reading.kind === 'unreadable' && reading.isDenied) return 'unreadable'
    if (reading.kind !== 'manifest') return null
    return { manifest: reading.manifest, sizeBytes: reading.sizeBytes }
  })
  return await withPushed(objects, contents)
}

/**
 * Stats the layers that need not be on storage, by their digests: where they are, a collection
 * keeps them.
 */
async function withPushed(
  objects: Pick<ObjectReader, 'headMany'>,
  contents: readonly ManifestContentsRead[],
): Promise<readonly ManifestContentsRead[]> {
  const named = contents.map((read) =>
    read === null || read === 'unreadable'
      ? []
      : optionalEdgesOf(read.manifest).map(({ target }) => target.digest),
  )
  const digests = [...new Set(named.flat())]
  if (digests.length === 0) return contents
  const outcomes = await objects.headMany(digests.map(blobFile))
  const heads = new Map(digests.map((digest, position) => [digest, outcomes[position]]))
  return contents.map((read, position) => {
    const foreign = named[position] ?? []
    if (read === null || read === 'unreadable' || foreign.length === 0) return read
    return unlessUnreadable(() => withHeads(read, foreign, heads), null, 'unreadable' as const)
  })
}

function withHeads(
  contents: ManifestContents,
  foreign: readonly Digest[],
  heads: ReadonlyMap<Digest, HeadOutcome | undefined>,
): ManifestContents {
  const pushed = foreign.flatMap((digest) => {
    const file = blobFile(digest)
    const head = headOrNull(heads.get(digest) ?? missingOutcome(file), file)
    return head === null ? [] : [{ digest, sizeBytes: head.sizeBytes }]
  })
  const lacks = pushed.length < foreign.length ? ({ lacksLayers: true } as const) : {}
  return { ...contents, pushed, ...lacks }
}
