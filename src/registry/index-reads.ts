import { allKnown, whenKnown, type Awaitable } from '#domain/awaitable.ts'
import { digestAlgorithms, parseDigest, type Digest, type DigestAlgorithm } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import { revisionLink, revisionsFolder, tagsFolder } from './layout.ts'
import { readManifest } from './manifest-reading.ts'
import type { ManifestContents } from './repository-graph.ts'
import type { StorageReader } from './storage.ts'
import { readTagLink, type TagLink } from './tag-links.ts'

/**
 * The reads that lists of a repository and its graph are made of, many at a time. What goes in and
 * comes out is plain data, and no read needs to know of another, so that any thread can do any of
 * them. Each rejects as storage does.
 */
export interface IndexReads {
  /** The names that have a folder; a folder may outlive its tag. In no promised order. */
  tagNames(repository: RepositoryName): Awaitable<readonly TagName[]>
  /** Where tags point. What is no tag is left out. */
  tags(repository: RepositoryName, names: readonly TagName[]): Awaitable<readonly TagLink[]>
  /** The manifests that have a folder, linked or not. In no promised order. */
  revisionNames(repository: RepositoryName): Awaitable<readonly Digest[]>
  /** Those of the manifests that are linked. */
  linked(repository: RepositoryName, digests: readonly Digest[]): Awaitable<readonly Digest[]>
  /** What manifests say, as many and in the order that was asked for; null for what says nothing. */
  manifestContents(digests: readonly Digest[]): Awaitable<readonly (ManifestContents | null)[]>
}

const present = <T>(found: readonly (T | null)[]): readonly T[] =>
  found.filter((one): one is T => one !== null)

export function createIndexReads(storage: StorageReader): IndexReads {
  const linkedOrNull = (repository: RepositoryName, digest: Digest): Awaitable<Digest | null> =>
    whenKnown(storage.open(revisionLink(repository, digest)), (file) =>
      file === null ? null : digest,
    )

  const contentsOrNull = (digest: Digest): Awaitable<ManifestContents | null> =>
    whenKnown(readManifest(storage, digest), (reading) =>
      reading.kind === 'manifest'
        ? { manifest: reading.manifest, sizeBytes: reading.sizeBytes }
        : null,
    )

  const revisionsBy = (
    algorithm: DigestAlgorithm,
    repository: RepositoryName,
  ): Awaitable<readonly Digest[]> =>
    whenKnown(storage.list(revisionsFolder(repository, algorithm)), (entries) =>
      entries.flatMap(({ name, kind }) => {
        const parsed = parseDigest(`${algorithm}:${name}`)
        return parsed.ok && kind === 'folder' ? [parsed.value] : []
      }),
    )

  return {
    tagNames: (repository) =>
      whenKnown(storage.list(tagsFolder(repository)), (entries) =>
        entries.flatMap(({ name, kind }) => {
          const parsed = parseTagName(name)
          return parsed.ok && kind === 'folder' ? [parsed.value] : []
        }),
      ),

    tags: (repository, names) =>
      whenKnown(allKnown(names.map((name) => readTagLink(storage, repository, name))), present),

    revisionNames: (repository) =>
      whenKnown(
        allKnown(digestAlgorithms.map((algorithm) => revisionsBy(algorithm, repository))),
        (names) => names.flat(),
      ),

    linked: (repository, digests) =>
      whenKnown(allKnown(digests.map((digest) => linkedOrNull(repository, digest))), present),

    manifestContents: (digests) => allKnown(digests.map(contentsOrNull)),
  }
}
