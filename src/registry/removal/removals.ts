import { createChangeSignal, type ChangeSignal } from '#coordination/change-signal.ts'
import type { BlobLeases } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'

/** Protects one request of a client from a collection that may be about to remove what it uses. */
export interface InUseGuard {
  /**
   * Leases a digest: from now on no removal of it begins. Call it before you read the folder (the
   * blob, or a link to it). False while the folder is being removed: then it counts as absent.
   */
  lease(folder: string, digest: Digest): boolean
  /** The request changes nothing, and only tells the client whether the digest exists. */
  markReadOnly(isThere: boolean): void
  /**
   * Leases a digest that the request will write, and waits for the end of a removal that has begun.
   */
  waitUntilDeleted(folder: string, digest: Digest): Promise<void>
}

/**
 * Decides between a collection that removes a digest and the requests that use it, without an await
 * in between: either the digest is leased and stays, or its removal has begun and it counts as
 * absent.
 */
export interface Removals {
  /**
   * For the collection: decides for all these digests at once. Granted digests count as absent
   * until `endRemoval`, which the caller must call in every case. Before that call it must not wait
   * for a request that may itself wait for this removal.
   * @param folderOf the folder of a digest's blob, or of the link to it
   */
  beginRemoval(digests: readonly Digest[], folderOf: (digest: Digest) => string): BegunRemoval
  endRemoval(removal: BegunRemoval): void
  /** For requests of clients. */
  withGuard<T>(act: (guard: InUseGuard) => Promise<T>): Promise<T>
}

export interface BegunRemoval {
  /** The digests that no request leases. */
  readonly granted: ReadonlySet<Digest>
}

interface UnderWay extends BegunRemoval {
  readonly folderOf: (digest: Digest) => string
  readonly end: ChangeSignal
}

export function createRemovals(leases: Pick<BlobLeases, 'withLeases' | 'isLeased'>): Removals {
  /** Holds a few batches at a time. */
  const underWay = new Map<BegunRemoval, UnderWay>()

  function removalOf(folder: string, digest: Digest): UnderWay | null {
    for (const removal of underWay.values()) {
      if (removal.granted.has(digest) && removal.folderOf(digest) === folder) return removal
    }
    return null
  }

  return {
    beginRemoval(digests, folderOf) {
      // No await may come between this check and the entry below.
      const granted = new Set(digests.filter((digest) => !leases.isLeased(digest)))
      const removal = { granted, folderOf, end: createChangeSignal() }
      underWay.set(removal, removal)
      return removal
    },

    endRemoval(removal) {
      const begun = underWay.get(removal)
      underWay.delete(removal)
      begun?.end.fire()
    },

    withGuard: (act) =>
      leases.withLeases((lease, markReadOnly) =>
        act({
          markReadOnly,
          lease(folder, digest) {
            lease(digest)
            return removalOf(folder, digest) === null
          },
          async waitUntilDeleted(folder, digest) {
            lease(digest)
            // The collection fires `end` in every case. No other removal begins: the digest is
            // leased.
            await removalOf(folder, digest)?.end.next()
          },
        }),
      ),
  }
}
