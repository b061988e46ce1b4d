import type { IsGivenUp } from '#domain/time/clock.ts'
import type { Digest } from '#domain/values/digest.ts'

/**
 * Decides between a collection that removes a digest and the requests of clients that use it: a
 * digest is either leased and stays, or sentenced and counts as absent. Both calls decide in one
 * step, which nothing can come between, and for all their digests at once.
 */
export interface BlobLeases {
  /**
   * Handles one request of a client. What `act` leases lasts until it ends; where a collection runs
   * then, until the collection ends.
   */
  withLeases<T>(act: (guard: InUseGuard) => Promise<T>): Promise<T>
  /**
   * A push to the repository relies on the digests and continues after this request. A collection
   * that begins during the push leases them too, if it lets pushes continue. Await it before the
   * client is told anything. It lasts for an hour after the last call: a push that rests for longer
   * may have to begin again, and loses nothing.
   */
  leaseForPush(repository: string, digests: Digests): Promise<void>
  /** The push no longer relies on the digests: a manifest refers to them, or they were deleted. */
  releasePush(repository: string, digests: Digests): Promise<void>
}

/** Protects one request of a client from a collection that may be about to remove what it uses. */
export interface InUseGuard {
  /**
   * Leases digests: from now on none of them is sentenced. Call it before you read the folder (the
   * blob, or a link to it). Resolves to those that are there to be read; the others are sentenced,
   * and count as absent.
   * @param folderOf the folder of a digest's blob, or of the link to it
   */
  lease(digests: Digests, folderOf: FolderOf): Promise<ReadonlySet<Digest>>
  /**
   * Leases a digest that the request will write, and waits for the end of a removal that has begun.
   */
  waitUntilDeleted(folder: string, digest: Digest): Promise<void>
  /**
   * These digests, and all that the request has leased, will be needed for longer than this process
   * may live: by a manifest that is committed, a tag that moves, an entry of the trash, or a client
   * that is told of an untagged manifest. Call it before you look whether they are stored. Waits for
   * the end of removals that have begun. Where one process alone writes, its leases are enough.
   *
   * Resolves to whether what was looked at before may be gone, and what a manifest needs as well.
   */
  intend(digests: Digests): Promise<boolean>
  /** The request is refused, and has written nothing: what it was to need is not needed. */
  withdraw(): Promise<void>
  /**
   * The request changes nothing, and only tells the client whether the digest exists. Its leases
   * then end with it if it found nothing, or if the collection keeps out the pushes that could rely
   * on the answer.
   */
  markReadOnly(isThere: boolean): void
}

/** No iterator, which can be read only once. */
type Digests = readonly Digest[] | ReadonlySet<Digest>

export type FolderOf = (digest: Digest) => string

/** The collector's side of `BlobLeases`. */
export interface LeaseControl {
  /**
   * Call it before the first read of the inventory: the inventory may miss what is written after
   * that. `includePushLeases`: leases also what unfinished pushes were told before. Rejects with
   * `CollectionError` `GATE_CLOSED` when another collection has begun.
   *
   * `isGivenUp` ends each wait of `condemn` and `sentence` for other servers: they reject with
   * `GivenUp`, and nothing is sentenced. Default: it is not given up
   */
  startCollection(options: {
    readonly includePushLeases: boolean
    readonly isGivenUp?: IsGivenUp
  }): Promise<void>
  /**
   * Says what the collection will remove, all at once. What is not announced may be sentenced too,
   * but where several servers agree, each such call of `sentence` waits for all of them; and so does
   * one for what was sentenced before, and not removed.
   */
  condemn(keys: Iterable<CondemnedKey>): Promise<void>
  /**
   * Asked just before a removal, while a collection of this process goes on, or where no client can
   * reach the storage. What it grants is sentenced: it counts as absent until `settle`.
   * Before that call the caller must not wait for a request that may itself wait for this removal.
   */
  sentence(digests: Digests, folderOf: FolderOf): Promise<Sentenced>
  /** Releases all leases of the collection. Call it after its last removal. */
  endCollection(): Promise<void>
}

/** A blob, or a link to one. */
export interface CondemnedKey {
  readonly digest: Digest
  /** Of the blob, or of the link. */
  readonly folder: string
}

/** A batch whose removal has begun. */
export interface Sentenced {
  /** The digests that no request leases. */
  readonly granted: ReadonlySet<Digest>
  /**
   * Their removal has ended, well or not: requests look again at what is there. The caller must
   * call it in every case.
   * @param unanswered the digests whose removal had no answer, so that it may still be done: they
   *   count as absent for as long as that is possible. Default: none
   */
  settle(unanswered?: ReadonlySet<Digest>): Promise<void>
}
