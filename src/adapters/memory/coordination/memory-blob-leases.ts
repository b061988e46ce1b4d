import type { BlobLeases, LeaseControl } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Clock } from '#domain/time/clock.ts'

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
export function createMemoryBlobLeases(options: BlobLeaseOptions): BlobLeases & LeaseControl {
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
