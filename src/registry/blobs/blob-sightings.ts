import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'

/**
 * Where blobs were seen last: most pushed blobs were pushed or pulled elsewhere not long ago. With
 * thousands of repositories, a search through all of them would cost more than it saves.
 */
export interface BlobSightings {
  saw(digest: Digest, repository: RepositoryName): void
  /** The latest first. The blob may be gone from any of them. */
  of(digest: Digest): readonly RepositoryName[]
}

const digestsKept = 5000
const repositoriesKept = 4

export function createBlobSightings(): BlobSightings {
  /** In the order of the last sighting, the oldest first. */
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
