import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'

/**
 * Where blobs were seen last: what is pushed is mostly what others pushed or pulled not long ago. To
 * look through all repositories instead would cost more, where there are thousands, than it saves.
 */
export interface BlobSightings {
  saw(digest: Digest, repository: RepositoryName): void
  /** The latest first. It may be there no more. */
  of(digest: Digest): readonly RepositoryName[]
}

const digestsKept = 5000
const repositoriesKept = 4

export function createBlobSightings(): BlobSightings {
  /** Those that were seen longest ago come first. */
  const seen = new Map<Digest, readonly RepositoryName[]>()
  return {
    saw(digest, repository) {
      const others = (seen.get(digest) ?? []).filter((name) => name !== repository)
      seen.delete(digest)
      seen.set(digest, [repository, ...others].slice(0, repositoriesKept))
      const [oldest] = seen.keys()
      if (seen.size > digestsKept && oldest !== undefined) seen.delete(oldest)
    },
    of: (digest) => seen.get(digest) ?? [],
  }
}
