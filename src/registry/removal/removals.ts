import type { BlobLeases } from '#coordination/blob-leases.ts'
import type { RemovalOutcome } from '#gc/ports/registry-remover.ts'
import type { Digest } from '#domain/values/digest.ts'

/** Guards one request of a client against a collection that may be about to remove what it uses. */
export interface InUseGuard {
  /**
   * Leases a digest: from now on no removal of it begins. Call it before reading the folder (the blob,
   * or a link to it). False while the folder is being removed: then it counts as absent.
   */
  lease(folder: string, digest: Digest): boolean
  /** The request changes nothing; it tells the client whether the digest is there. */
  markReadOnly(isThere: boolean): void
  /** Leases a digest that the request will write, and waits for a removal that has begun to end. */
  waitUntilDeleted(folder: string, digest: Digest): Promise<void>
}

/**
 * Decides between a collection that removes a digest and the requests that use it, without an await in
 * between: either the digest is leased and stays, or its removal has begun and it counts as absent.
 */
export interface Removals {
  /** For the collection. `remove` must not wait for a request that may wait for this removal. */
  deleteUnlessLeased(
    folder: string,
    digest: Digest,
    remove: () => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcome>
  /** For requests of clients. */
  withGuard<T>(act: (guard: InUseGuard) => Promise<T>): Promise<T>
}

export function createRemovals(leases: Pick<BlobLeases, 'withLeases' | 'isLeased'>): Removals {
  const deletions = new Map<string, Promise<RemovalOutcome>>()

  return {
    async deleteUnlessLeased(folder, digest, remove) {
      // Nothing may be awaited between this check and the entry below.
      if (leases.isLeased(digest)) return { kind: 'in use' }
      const removal = remove()
      deletions.set(folder, removal)
      try {
        return await removal
      } finally {
        deletions.delete(folder)
      }
    },

    withGuard: (act) =>
      leases.withLeases((lease, markReadOnly) =>
        act({
          markReadOnly,
          lease(folder, digest) {
            lease(digest)
            return !deletions.has(folder)
          },
          async waitUntilDeleted(folder, digest) {
            lease(digest)
            // The collection reports how it ends. No other removal begins: the digest is leased.
            await deletions.get(folder)?.catch(() => {})
          },
        }),
      ),
  }
}

/** For a registry without collections beside its clients. */

export const noLeases: BlobLeases = {
  withLeases: (act) =>
    act(
      () => {},
      () => {},
    ),
  isLeased: () => false,
  leaseForPush() {},
  releasePush() {},
}
