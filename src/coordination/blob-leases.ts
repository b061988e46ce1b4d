import type { Digest } from '#domain/values/digest.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Clock } from '#domain/time/clock.ts'

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

export interface BlobLeaseOptions {
  readonly clock: Clock
  /** A push lease ends this long after the last request of its push. Default 1 h. */
  readonly pushLeaseMs?: number
  /** Above this number the oldest push leases end: a push may fail then, but no image is lost. */
  readonly maximumPushLeases?: number
  /** Above this number every digest counts as leased: the collection then removes nothing more. */
  readonly maximumLeases?: number
}

interface PushLease {
  atMs: number
  readonly repositories: Set<string>
}

const always = (): boolean => true

/** The leases of one process. */
export function createBlobLeases(options: BlobLeaseOptions): BlobLeases & LeaseControl {
  const { clock, pushLeaseMs = 3_600_000 } = options
  const { maximumPushLeases = 100_000, maximumLeases = 1_000_000 } = options
  /** How many running requests lease each digest. */
  const requestLeases = new Map<Digest, number>()
  /** The oldest first. */
  const pushLeases = new Map<Digest, PushLease>()
  let leased: Set<Digest> | null = null
  let pushesContinue = false

  const isRecent = ({ atMs }: PushLease): boolean => clock.nowMs() - atMs < pushLeaseMs

  function lease(digest: Digest): void {
    if (leased !== null && leased.size <= maximumLeases) leased.add(digest)
  }

  function releaseOldest(): void {
    for (const [digest, pushLease] of pushLeases) {
      if (pushLeases.size <= maximumPushLeases && isRecent(pushLease)) return
      pushLeases.delete(digest)
    }
  }

  return {
    async withLeases(act) {
      const named = new Set<Digest>()
      let staysLeased = always
      try {
        return await act(
          (digest) => {
            if (!named.has(digest)) requestLeases.set(digest, (requestLeases.get(digest) ?? 0) + 1)
            named.add(digest)
          },
          (isThere) => (staysLeased = () => isThere && pushesContinue),
        )
      } finally {
        for (const digest of named) {
          if (staysLeased()) lease(digest)
          const others = (requestLeases.get(digest) ?? 1) - 1
          if (others === 0) requestLeases.delete(digest)
          else requestLeases.set(digest, others)
        }
      }
    },

    isLeased: (digest) =>
      leased !== null &&
      (leased.size > maximumLeases || leased.has(digest) || requestLeases.has(digest)),

    leaseForPush(repository, digest) {
      if (pushesContinue) lease(digest)
      const repositories = pushLeases.get(digest)?.repositories ?? new Set()
      pushLeases.delete(digest)
      pushLeases.set(digest, { atMs: clock.nowMs(), repositories: repositories.add(repository) })
      releaseOldest()
    },

    releasePush(repository, digest) {
      const pushLease = pushLeases.get(digest)
      pushLease?.repositories.delete(repository)
      if (pushLease?.repositories.size === 0) pushLeases.delete(digest)
    },

    startCollection({ includePushLeases }) {
      if (leased !== null) {
        throw new CollectionError('GATE_CLOSED', 'another collection is running already')
      }
      leased = new Set()
      pushesContinue = includePushLeases
      if (!includePushLeases) return
      for (const [digest, pushLease] of pushLeases) if (isRecent(pushLease)) lease(digest)
    },

    endCollection() {
      leased = null
    },
  }
}
