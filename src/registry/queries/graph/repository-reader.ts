import { allKnown, whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import {
  digestAlgorithms,
  parseDigest,
  type Digest,
  type DigestAlgorithm,
} from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { createImageFlaws, type FindImageFlaws } from '../image-flaws.ts'
import { blobFile, revisionLink, revisionsFolder, tagsFolder } from '../../layout.ts'
import { readManifest } from '../../manifests/manifest-reading.ts'
import type { ManifestContents } from '../../manifests/manifest-contents.ts'
import { unlessUnreadable, type StorageReader } from '#storage/storage.ts'
import { foreignReferencesOf } from '../../manifests/stored-references.ts'
import { readTagLink, type TagLink } from '../../tags/tag-links.ts'

/**
 * The reads for a repository's lists and for its graph, many at once. Arguments and results are
 * plain data, and no read depends on another, so any thread can do any of them. Each rejects where
 * a folder cannot be listed, and reports a single file that cannot be read.
 */
export interface RepositoryReader {
  /** The names that have a folder; a folder may outlive its tag. In no promised order. */
  tagNames(repository: RepositoryName): Awaitable<readonly TagName[]>
  /** Where tags point. A name that is no tag is left out. */
  tags(repository: RepositoryName, names: readonly TagName[]): Awaitable<readonly TagLink[]>
  /** The manifests that have a folder, linked or not. In no promised order. */
  revisionNames(repository: RepositoryName): Awaitable<readonly Digest[]>
  /**
   * When each manifest was last linked, in milliseconds since the epoch: -1 for one that is not
   * linked, NaN where that is unknown.
   */
  linkTimes(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): Awaitable<Float64Array<ArrayBuffer>>
  /** The contents of manifests, in the order of `digests`; null for what is no manifest. */
  manifestContents(
    digests: readonly Digest[],
  ): Awaitable<readonly (ManifestContents | 'unreadable' | null)[]>
  readonly imageFlaws: FindImageFlaws
}

/** The manifests that have a link time, or an unknown one. */
export const linkedOnes = (
  digests: readonly Digest[],
  times: Float64Array<ArrayBuffer>,
): readonly Digest[] => digests.filter((_, position) => times[position] !== -1)

const present = <T>(found: readonly (T | null)[]): readonly T[] =>
  found.filter((one): one is T => one !== null)

export function createRepositoryReader(
  storage: StorageReader,
  createDigester: CreateDigester,
): RepositoryReader {
  return {
    tagNames: (repository) =>
      whenKnown(storage.list(tagsFolder(repository)), (entries) =>
        entries.flatMap(({ name, kind }) => {
          const parsed = parseTagName(name)
          return parsed.ok && kind === 'folder' ? [parsed.value] : []
        }),
      ),

    tags: (repository, names) =>
      whenKnown(allKnown(names.map((name) => tagOrUnreadable(storage, repository, name))), present),

    revisionNames: (repository) =>
      whenKnown(
        allKnown(digestAlgorithms.map((algorithm) => revisionsBy(storage, algorithm, repository))),
        (names) => names.flat(),
      ),

    linkTimes: (repository, digests) =>
      whenKnown(allKnown(digests.map((digest) => linkTime(storage, repository, digest))), (times) =>
        Float64Array.from(times),
      ),

    imageFlaws: createImageFlaws(storage, createDigester),

    manifestContents: (digests) =>
      allKnown(digests.map((digest) => contentsOrNull(storage, digest))),
  }
}

const linkTime = (
  storage: StorageReader,
  repository: RepositoryName,
  digest: Digest,
): Awaitable<number> =>
  unlessUnreadable(
    () =>
      whenKnown(storage.open(revisionLink(repository, digest)), (file) =>
        file === null ? -1 : file.modifiedAtMs,
      ),
    -1,
    NaN,
  )

const tagOrUnreadable = (
  storage: StorageReader,
  repository: RepositoryName,
  name: TagName,
): Awaitable<TagLink | null> =>
  unlessUnreadable(() => readTagLink(storage, repository, name), null, {
    name,
    digest: null,
    linkedAtMs: 0,
    isUnreadable: true,
  })

/**
 * Stats the layers that need not be on storage, by their digests: where they are, a collection
 * keeps them.
 */
function withPushed(
  storage: StorageReader,
  contents: ManifestContents,
): Awaitable<ManifestContents> {
  const named = foreignReferencesOf(contents.manifest)
  if (named.length === 0) return contents
  const opening = allKnown(named.map((digest) => storage.open(blobFile(digest))))
  return whenKnown(opening, (files) => {
    const pushed = named.flatMap((digest, position) => {
      const file = files[position] ?? null
      return file === null ? [] : [{ digest, sizeBytes: file.sizeBytes }]
    })
    const lacks = pushed.length < named.length ? ({ lacksLayers: true } as const) : {}
    return { ...contents, pushed, ...lacks }
  })
}

const contentsOrNull = (
  storage: StorageReader,
  digest: Digest,
): Awaitable<ManifestContents | 'unreadable' | null> =>
  unlessUnreadable(
    () =>
      whenKnown(readManifest(storage, digest), (reading) => {
        if (reading.kind === 'unreadable' && reading.isDenied) return 'unreadable'
        if (reading.kind !== 'manifest') return null
        return withPushed(storage, { manifest: reading.manifest, sizeBytes: reading.sizeBytes })
      }),
    null,
    'unreadable',
  )

const revisionsBy = (
  storage: StorageReader,
  algorithm: DigestAlgorithm,
  repository: RepositoryName,
): Awaitable<readonly Digest[]> =>
  whenKnown(storage.list(revisionsFolder(repository, algorithm)), (entries) =>
    entries.flatMap(({ name, kind }) => {
      const parsed = parseDigest(`${algorithm}:${name}`)
      return parsed.ok && kind === 'folder' ? [parsed.value] : []
    }),
  )
