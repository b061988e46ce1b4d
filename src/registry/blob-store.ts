import type { Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import { blobFile, layerFolder, layerLink } from './layout.ts'
import { digestInLink, writeLink } from './link.ts'
import type { Storage, StoredFile } from './storage.ts'

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

/** A blob that is linked in a repository: where its bytes are, whatever it was asked for by. */
export interface LinkedBlob {
  /** The sha256 digest under which storage keeps the bytes. */
  readonly stored: Digest
  readonly file: StoredFile
}

export async function openLinkedBlob(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
): Promise<LinkedBlob | null> {
  const link = await storage.open(layerLink(repository, digest))
  if (link === null) return null
  // Only another algorithm's link has to be read: a sha256 link lies where its digest says.
  const stored = digest.startsWith('sha256:') ? digest : await digestInLink(link)
  const file = stored && (await storage.open(blobFile(stored)))
  return stored && file ? { stored, file } : null
}

/** Links a blob under its sha256 digest, and under the digest that it was asked for by. */
export async function linkBlob(
  storage: Storage,
  repository: RepositoryName,
  stored: Digest,
  digest: Digest,
): Promise<void> {
  await writeLink(storage, layerLink(repository, stored), stored)
  if (digest !== stored) await writeLink(storage, layerLink(repository, digest), stored)
}

export function createBlobStore(storage: Storage): BlobStore {
  return {
    async open(repository, digest) {
      return (await openLinkedBlob(storage, repository, digest))?.file ?? null
    },

    async mount(repository, from, digest) {
      const blob = await openLinkedBlob(storage, from, digest)
      if (blob === null) return false
      await linkBlob(storage, repository, blob.stored, digest)
      return true
    },

    async unlink(repository, digest) {
      if ((await storage.open(layerLink(repository, digest))) === null) return false
      await storage.remove(layerFolder(repository, digest))
      return true
    },
  }
}
