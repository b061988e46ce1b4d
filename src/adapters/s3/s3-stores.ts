import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import type { Bucket } from './bucket.ts'
import { removeRecords } from './removals.ts'
import { createS3ObjectStore } from './s3-object-store.ts'
import { createS3UploadStore } from './s3-upload-store.ts'
import { createUnsettledRemovals } from './unsettled-removals.ts'

export interface S3Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
  readonly bucket: Bucket
  /** Takes back what only a crash would need, and closes the connections. */
  close(): Promise<void>
}

/**
 * Opens a bucket as a store of objects, and of the uploads that become objects there.
 *
 * @param nowMs of a clock that never goes back
 */
export async function openS3Stores(bucket: Bucket, nowMs?: () => number): Promise<S3Stores> {
  const unsettled = createUnsettledRemovals(bucket, nowMs)
  await unsettled.load()
  return {
    objects: createS3ObjectStore(bucket, unsettled),
    uploadStore: createS3UploadStore(bucket, unsettled),
    bucket,
    async close() {
      await removeRecords(bucket, unsettled)
      bucket.client.destroy()
      bucket.once.destroy()
    },
  }
}
