import type { BlobLeases, InUseGuard } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { BlobSightings } from './blob-sightings.ts'
import type { BeforeChange } from '../before-change.ts'
import { blobFile, layerFolder, layerLink } from '../layout.ts'
import { writeLink } from '../tags/link.ts'
import { findLinkedBlobs, leaseLinked, type LinkedBlob } from './linked-blobs.ts'
import type { AddressOf } from '#storage/object-address.ts'
import type { ObjectPart, ObjectStore, OpenedObject } from '#storage/object-store.ts'

/** Why a client asks for content. After a `push-check` it pushes less, and relies on the answer. */
export type Intent = 'pull' | 'push-check'

/** Layers and configurations as a repository sees them: only what is linked in it. */
export interface BlobStore {
  /**
   * A blob without its bytes, or null unless it is linked in the repository and on storage. Its
   * `sizeBytes` is the size on storage. A sha512 digest finds the same bytes, which storage keeps by
   * sha256.
   */
  head(repository: RepositoryName, digest: Digest, intent?: Intent): Promise<LinkedBlob | null>

  /** The same for a pull, with all of its bytes or a part of them. */
  open(repository: RepositoryName, digest: Digest, part?: ObjectPart): Promise<OpenedObject | null>

  /**
   * Where a client reads a blob from the storage itself. Null where the repository has no such blob,
   * and always where clients read all from here.
   */
  addressOf(repository: RepositoryName, digest: Digest): Promise<string | null>

  /**
   * Links a blob of another repository. False when `from` has no such blob: then nothing changed.
   * `beforeChange` gets the digest.
   */
  mount(
    repository: RepositoryName,
    from: RepositoryName,
    digest: Digest,
    beforeChange?: BeforeChange,
  ): Promise<boolean>

  /**
   * Links the blob of a repository where it was seen not long ago, and that `mayRead` allows. False
   * when there is none; another repository may still have the blob.
   */
  mountFromAny(
    repository: RepositoryName,
    digest: Digest,
    mayRead: (name: RepositoryName) => boolean,
    beforeChange?: BeforeChange,
  ): Promise<boolean>
}

/** Links a blob under its sha256 digest, and under the digest that the client used. */
export async function linkBlob(
  objects: Pick<ObjectStore, 'put'>,
  guard: InUseGuard,
  repository: RepositoryName,
  stored: Digest,
  digest: Digest,
): Promise<void> {
  for (const name of new Set([stored, digest])) {
    await guard.waitUntilDeleted(layerFolder(repository, name), name)
    await writeLink(objects, layerLink(repository, name), stored)
  }
}

export interface BlobStoreOptions {
  readonly objects: ObjectStore
  readonly leases: Pick<BlobLeases, 'withLeases' | 'leaseForPush'>
  readonly sightings: BlobSightings
  /** Present where clients are sent to the storage. */
  readonly addressOf?: AddressOf
}

export function createBlobStore(options: BlobStoreOptions): BlobStore {
  const { objects, leases, sightings, addressOf } = options
  const mount = (
    repository: RepositoryName,
    from: RepositoryName,
    digest: Digest,
    beforeChange?: BeforeChange,
  ): Promise<boolean> =>
    leases.withLeases(async (guard) => {
      const blob = (await findLinkedBlobs(objects, guard, from, [digest])).get(digest)
      if (blob === undefined) {
        guard.markReadOnly(false)
        return false
      }
      await leases.leaseForPush(repository, [blob.stored, digest])
      await beforeChange?.({ digest })
      await linkBlob(objects, guard, repository, blob.stored, digest)
      sightings.saw(digest, repository)
      return true
    })

  return {
    head: (repository, digest, intent = 'pull') =>
      leases.withLeases(async (guard) => {
        const blob = (await findLinkedBlobs(objects, guard, repository, [digest])).get(digest)
        guard.markReadOnly(blob !== undefined)
        if (blob === undefined) return null
        sightings.saw(digest, repository)
        if (intent === 'push-check') {
          await leases.leaseForPush(repository, [blob.stored, digest])
        }
        return blob
      }),

    open: (repository, digest, part) =>
      leases.withLeases(async (guard) => {
        const stored = (await leaseLinked(objects, guard, repository, [digest])).get(digest)
        const blob = stored === undefined ? null : await objects.get(blobFile(stored), part)
        guard.markReadOnly(blob !== null)
        if (blob !== null) sightings.saw(digest, repository)
        return blob
      }),

    async addressOf(repository, digest) {
      if (!addressOf) return null
      return await leases.withLeases(async (guard) => {
        const blob = (await findLinkedBlobs(objects, guard, repository, [digest])).get(digest)
        guard.markReadOnly(blob !== undefined)
        if (blob === undefined) return null
        sightings.saw(digest, repository)
        return await addressOf(blobFile(blob.stored))
      })
    },

    mount,

    async mountFromAny(repository, digest, mayRead, beforeChange) {
      for (const from of sightings.of(digest).filter(mayRead)) {
        if (await mount(repository, from, digest, beforeChange)) return true
      }
      return false
    },
  }
}
