import { createDigester } from '#adapters/crypto-node/digester.ts'
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

/** Takes a bucket for this process, and opens it. Rejects with a sentence. */
export async function openBucket(
  { settings, name, redirects }: BucketConfiguration,
  { what, takesOver, onLost }: OpenBucketOptions,
): Promise<OpenBucket> {
  // Loaded only where there is a bucket.
  const { openProvenBucket } = await import('#adapters/s3/trial/try-store.ts')
  const { createServerLease } = await import('#adapters/s3/server-lease.ts')
  const { openS3Stores } = await import('#adapters/s3/s3-stores.ts')
  const { createStoreSnapshot } = await import('#adapters/s3/store-snapshot.ts')
  const { presignedAddresses } = await import('#adapters/s3/presign.ts')
  const { reachBucket } = await import('#adapters/s3/reach-bucket.ts')
  const { removeLeftOverParts } = await import('#adapters/s3/left-over-parts.ts')
  const bucket = await openProvenBucket(settings).catch(async (error: unknown) => {
    throw await cannotBeUsed(name, error)
  })
  const attempt = await createServerLease({ bucket, what, takesOver }).acquire()
  if (!attempt.ok) {
    throw new Error(
      `${name} is in use by ${attempt.holder}. Stop that; if it has ended without a word, and will not come back, start it once with --take-over`,
    )
  }
  const { term } = attempt
  whenLost(term, onLost)
  const stores = await openS3Stores(bucket, { mayWrite: term.mayWrite }).catch(
    async (error: unknown) => {
      await term.release()
      throw error
    },
  )
  const fenced = fencedStores(stores, term.mayWrite)
  return {
    platform: {
      ...fenced,
      openStoreScanner: () =>
        createSnapshotScanner(createStoreSnapshot(bucket, fenced.objects), createDigester),
      stampsLagMs: bucket.clockLag.stampsLagMs,
      ...bucketRemovals,
      reachStorage: () => reachBucket(bucket),
      storageRequests: bucket.requestCounts.read,
      ...(redirects && { addressOf: presignedAddresses(bucket) }),
      async cleanUp() {
        await term.mayWrite()
        return await removeLeftOverParts(bucket, Date.now())
      },
    },
    async close() {
      await stores.close()
      await term.release()
    },
  }
}
