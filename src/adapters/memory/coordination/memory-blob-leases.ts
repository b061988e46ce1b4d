import type { BlobLeases, FolderOf, LeaseControl } from '#coordination/blob-leases.ts'
import { createChangeSignal, type ChangeSignal } from '#coordination/change-signal.ts'
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

interface Removal {
  readonly granted: ReadonlySet<Digest>
  readonly folderOf: FolderOf
  readonly end: ChangeSignal
}

const always = (): boolean => true

/**
 * The leases of one process. No await comes between a check and what follows from it: that is what
 * makes each call one step.
 */
export function createMemoryBlobLeases(options: BlobLeaseOptions): BlobLeases & LeaseControl {
  const { clock, pushLeaseMs = 3_600_000 } = options
  const { maximumPushLeases = 100_000, maximumLeases = 1_000_000 } = options
  /** How many running requests lease each digest. */
  const requestLeases = new Map<Digest, number>()
  /** The oldest first. */
  const pushLeases = new Map<Digest, PushLease>()
  /** Holds a few batches at a time. */
  const removals = new Set<Removal>()
  let leased: Set<Digest> | null = null
  let pushesContinue = false

  const isRecent = ({ atMs }: PushLease): boolean => clock.nowMs() - atMs < pushLeaseMs

  const isLeased = (digest: Digest): boolean =>
    leased !== null &&
    (leased.size > maximumLeases || leased.has(digest) || requestLeases.has(digest))

  function removalOf(folder: string, digest: Digest): Removal | null {
    for (const removal of removals) {
      if (removal.granted.has(digest) && removal.folderOf(digest) === folder) return removal
    }
    return null
  }

  function keepForCollection(digest: Digest): void {
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

      function lease(digest: Digest): void {
        if (!named.has(digest)) requestLeases.set(digest, (requestLeases.get(digest) ?? 0) + 1)
        named.add(digest)
      }

      try {
        return await act({
          async lease(digests, folderOf) {
            const there = new Set<Digest>()
            for (const digest of digests) {
              lease(digest)
              if (removals.size === 0 || removalOf(folderOf(digest), digest) === null) {
                there.add(digest)
              }
            }
            return there
          },
          async waitUntilDeleted(folder, digest) {
            lease(digest)
            // The collection fires `end` in every case. No other removal begins: the digest is
            // leased.
            await removalOf(folder, digest)?.end.next()
          },
          // Nothing outlives this process but what is stored.
          intend: async () => false,
          async withdraw() {},
          markReadOnly: (isThere) => (staysLeased = () => isThere && pushesContinue),
        })
      } finally {
        for (const digest of named) {
          if (staysLeased()) keepForCollection(digest)
          const others = (requestLeases.get(digest) ?? 1) - 1
          if (others === 0) requestLeases.delete(digest)
          else requestLeases.set(digest, others)
        }
      }
    },

    async leaseForPush(repository, digests) {
      for (const digest of digests) {
        if (pushesContinue) keepForCollection(digest)
        const repositories = pushLeases.get(digest)?.repositories ?? new Set()
        pushLeases.delete(digest)
        pushLeases.set(digest, { atMs: clock.nowMs(), repositories: repositories.add(repository) })
        releaseOldest()
      }
    },

    async releasePush(repository, digests) {
      for (const digest of digests) {
        const pushLease = pushLeases.get(digest)
        pushLease?.repositories.delete(repository)
        if (pushLease?.repositories.size === 0) pushLeases.delete(digest)
      }
    },

    async startCollection({ includePushLeases }) {
      if (leased !== null) {
        throw new CollectionError('GATE_CLOSED', 'another collection is running already')
      }
      leased = new Set()
      pushesContinue = includePushLeases
      if (!includePushLeases) return
      for (const [digest, pushLease] of pushLeases) {
        if (isRecent(pushLease)) keepForCollection(digest)
      }
    },

    // No other process has to be told.
    async condemn() {},

    async sentence(digests, folderOf) {
      const granted = new Set([...digests].filter((digest) => !isLeased(digest)))
      const removal = { granted, folderOf, end: createChangeSignal() }
      removals.add(removal)
      return {
        granted,
        async settle() {
          removals.delete(removal)
          removal.end.fire()
        },
      }
    },

    async endCollection() {
      leased = null
    },
  }
}
