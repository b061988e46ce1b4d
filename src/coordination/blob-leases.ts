import type { Digest } from '#domain/values/digest.ts'

/**
 * Keeps blobs from a running collection for as long as a client relies on them: blobs that a client
 * was told exist, and blobs that are being written for it.
 */
export interface BlobLeases {
  /**
   * Handles one request of a client, which calls `lease` with each digest before it checks whether
   * the digest is on storage. The leases last until the request ends; where a collection runs then,
   * until the collection ends. A request that calls `markReadOnly` releases its leases at its end
   * if it found nothing, or if the collection keeps out the pushes that could rely on the answer.
   */
  withLeases<T>(
    act: (lease: (digest: Digest) => void, markReadOnly: (isThere: boolean) => void) => Promise<T>,
  ): Promise<T>
  /** Asked just before a deletion. */
  isLeased(digest: Digest): boolean
  /**
   * A push to the repository relies on the digest and continues after this request. A collection
   * that begins during the push leases the digest too, if it lets pushes continue.
   */
  leaseForPush(repository: string, digest: Digest): void
  /** The push no longer relies on the digest: a manifest refers to it now, or it was deleted. */
  releasePush(repository: string, digest: Digest): void
}

/** The collector's side of `BlobLeases`. */
export interface LeaseControl {
  /**
   * Call it before the first read of the inventory: the inventory may miss what is written after
   * that. `includePushLeases`: leases also what unfinished pushes were told before. Throws
   * `CollectionError` `GATE_CLOSED` when another collection has begun.
   */
  startCollection(options: { readonly includePushLeases: boolean }): void
  /** Releases all leases of the collection. Call it after its last removal. */
  endCollection(): void
}
