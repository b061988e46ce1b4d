import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createLeaseDeadline, systemLeaseClock } from '#adapters/filesystem/lease/lease-deadline.ts'
import type { Moment } from '#adapters/postgres/coordination/steady-clocks.ts'
import type { Bucket } from '#adapters/s3/bucket.ts'
import type { LeadershipTerm } from '#coordination/leadership.ts'
import type { Platform } from '#hosts/compose.ts'
import { createSnapshotScanner } from '#registry/inventory/snapshot-scanner.ts'
import { StoreError } from '#storage/errors.ts'
import { fencedStores } from '#storage/wrappers/fenced-store.ts'
import type { BucketConfiguration } from './bucket-configuration.ts'
import { whenLost, type OnLost } from './lock-folder.ts'

/** Images in a bucket, as the engine needs them. */
export type BucketPlatform = Pick<
  Platform,
  | 'objects'
  | 'uploadStore'
  | 'openStoreScanner'
  | 'stampsLagMs'
  | 'removalsAtOnce'
  | 'removalsInBatch'
  | 'cleanUp'
  | 'addressOf'
  | 'reachStorage'
  | 'storageRequests'
>

export interface OpenBucket {
  readonly platform: BucketPlatform
  /** Lets the next server write. */
  close(): Promise<void>
}

export interface OpenBucketOptions {
  /** Describes this process, for the person whom another one refuses. */
  readonly what: string
  /** A person says that the server which holds the bucket has ended. */
  readonly takesOver: boolean
  readonly onLost: OnLost
}

/** As many as the store removes in one request, and as it removes together. */
export const bucketRemovals = { removalsInBatch: 990, removalsAtOnce: 3960 } as const

/** The same sentence as `jetsam doctor` has. */
async function cannotBeUsed(name: string, error: unknown): Promise<Error> {
  const { troubleOf } = await import('#adapters/s3/store-trouble.ts')
  const { message, advice } = troubleOf(error)
  return new Error(`${name} cannot be used: ${message}. To mend it, ${advice}`, { cause: error })
}

/** Opens a bucket that others may write to. Nothing that it gives writes. Rejects with a sentence. */
export async function lookIntoBucket({
  settings,
  name,
}: BucketConfiguration): Promise<BucketPlatform> {
  const { openBucket: open } = await import('#adapters/s3/bucket.ts')
  const { openS3Stores } = await import('#adapters/s3/s3-stores.ts')
  const { createStoreSnapshot } = await import('#adapters/s3/store-snapshot.ts')
  try {
    const bucket = open(settings)
    const stores = fencedStores(await openS3Stores(bucket), () =>
      Promise.reject(new StoreError('READ_ONLY', name)),
    )
    return {
      ...stores,
      openStoreScanner: () =>
        createSnapshotScanner(createStoreSnapshot(bucket, stores.objects), createDigester),
    }
  } catch (error) {
    throw await cannotBeUsed(name, error)
  }
}

const inUse = (name: string, holder: string): Error =>
  new Error(
    `${name} is in use by ${holder}. Stop that; if it has ended without a word, and will not come back, start it once with --take-over`,
  )

/** What a platform needs beside the stores. Nothing of it writes but `cleanUp`. */
async function platformOf(
  bucket: Bucket,
  stores: Pick<BucketPlatform, 'objects' | 'uploadStore'>,
  redirects: boolean,
  mayWrite: () => Promise<void> | undefined,
): Promise<BucketPlatform> {
  const { createStoreSnapshot } = await import('#adapters/s3/store-snapshot.ts')
  const { presignedAddresses } = await import('#adapters/s3/presign.ts')
  const { reachBucket } = await import('#adapters/s3/reach-bucket.ts')
  const { removeLeftOverParts } = await import('#adapters/s3/left-over-parts.ts')
  const fenced = fencedStores(stores, mayWrite)
  return {
    ...fenced,
    openStoreScanner: () =>
      createSnapshotScanner(createStoreSnapshot(bucket, fenced.objects), createDigester),
    stampsLagMs: bucket.clockLag.stampsLagMs,
    ...bucketRemovals,
    reachStorage: () => reachBucket(bucket),
    storageRequests: bucket.requestCounts.read,
    ...(redirects && { addressOf: presignedAddresses(bucket) }),
    async cleanUp() {
      await mayWrite()
      return await removeLeftOverParts(bucket, Date.now())
    },
  }
}

/** Takes a bucket for this process, and opens it. Rejects with a sentence. */
export async function openBucket(
  { settings, name, redirects }: BucketConfiguration,
  { what, takesOver, onLost }: OpenBucketOptions,
): Promise<OpenBucket> {
  // Loaded only where there is a bucket.
  const { openProvenBucket } = await import('#adapters/s3/trial/try-store.ts')
  const { createServerLease } = await import('#adapters/s3/server-lease.ts')
  const { openS3Stores } = await import('#adapters/s3/s3-stores.ts')
  const bucket = await openProvenBucket(settings).catch(async (error: unknown) => {
    throw await cannotBeUsed(name, error)
  })
  const attempt = await createServerLease({ bucket, what, takesOver }).acquire()
  if (!attempt.ok) throw inUse(name, attempt.holder)
  const { term } = attempt
  whenLost(term, onLost)
  const stores = await openS3Stores(bucket, { mayWrite: term.mayWrite }).catch(
    async (error: unknown) => {
      await term.release()
      throw error
    },
  )
  return {
    platform: await platformOf(bucket, stores, redirects, term.mayWrite),
    async close() {
      await stores.close()
      await term.release()
    },
  }
}

/** A bucket that several servers hold together. */
export interface SharedBucket extends OpenBucket {
  /** How long after a server was counted out nothing comes any more that it has sent, in ms. */
  readonly lateMs: number
  /**
   * Holds the bucket with all who know the same name. Until then nothing in it may have been
   * written that another server can find.
   */
  share(name: string): Promise<void>
  /** The others have counted on this server at this moment: it may write for so long. */
  extend(from: Moment, ms: number): void
}

export interface SharedBucketOptions extends OpenBucketOptions {
  /** The time to write is over: extends it, if the others still count on this server. */
  readonly renew: () => Promise<void>
}

/** The clocks of two machines run alike, but for this. */
const driftMs = 60_000

/** Opens a bucket for one of several servers. Rejects with a sentence. */
export async function openSharedBucket(
  { settings, name, redirects }: BucketConfiguration,
  { what, takesOver, onLost, renew }: SharedBucketOptions,
): Promise<SharedBucket> {
  const { openProvenBucket } = await import('#adapters/s3/trial/try-store.ts')
  const { createServerLease, soleHolderOf } = await import('#adapters/s3/server-lease.ts')
  const { openS3Stores } = await import('#adapters/s3/s3-stores.ts')
  const { signatureMs } = await import('#adapters/s3/sharing/write-date.ts')
  const bucket = await openProvenBucket(settings, { isForSeveral: true }).catch(
    async (error: unknown) => {
      throw await cannotBeUsed(name, error)
    },
  )
  const alone = takesOver ? null : await soleHolderOf(bucket)
  if (alone !== null) throw inUse(name, alone)
  const deadline = createLeaseDeadline(systemLeaseClock)
  let term: LeadershipTerm | null = null

  async function mayWrite(): Promise<void> {
    // While it starts, only the object is written that says where the bucket belongs.
    if (term === null) return
    if (deadline.isOver()) await renew()
    if (deadline.isOver()) throw new StoreError('NOT_HELD', name)
    await term.mayWrite()
  }

  const stores = await openS3Stores(bucket, { mayWrite, isOfSeveral: true })
  return {
    platform: await platformOf(bucket, stores, redirects, mayWrite),
    lateMs: signatureMs + bucket.limits.settlesMs + driftMs,
    async share(sharedAs) {
      const looksEveryMs = 5000
      const lease = { bucket, what, takesOver, sharedAs, looksEveryMs }
      const attempt = await createServerLease(lease).acquire()
      if (!attempt.ok) throw inUse(name, attempt.holder)
      ;({ term } = attempt)
      whenLost(term, onLost)
    },
    extend(from, ms) {
      bucket.writeDate.reliedOnAt(from.monotonicMs)
      deadline.extend(from, ms)
    },
    async close() {
      await stores.close()
      await term?.release()
    },
  }
}
