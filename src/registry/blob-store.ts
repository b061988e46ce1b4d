import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import type { StoredFile } from './storage.ts'

/** Layers and configurations as a repository sees them: only what is linked in it. */
export interface BlobStore {
  /**
   * The blob, or null unless it is linked in the repository and on storage. Its `sizeBytes` is the
   * size on storage. A sha512 digest opens the same bytes, which storage keeps by sha256.
   */
  open(repository: RepositoryName, digest: Digest): Promise<StoredFile | null>

  /** Links a blob of another repository. False when `from` has no such blob: then nothing changed. */
  mount(repository: RepositoryName, from: RepositoryName, digest: Digest): Promise<boolean>

  /** Removes the repository's link; the bytes stay until a collection. False when there was none. */
  unlink(repository: RepositoryName, digest: Digest): Promise<boolean>
}
