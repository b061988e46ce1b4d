import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import type { Bucket } from './bucket.ts'
import { createRemovalQueue } from './removal-queue.ts'
import { removeRecords } from './removals.ts'
import { createS3ObjectStore } from './s3-object-store.ts'
import { createS3UploadStore } from './s3-upload-store.ts'
import { createUnsettledRemovals, type UnsettledOptions } from './unsettled-removals.ts'

export interface S3Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
  readonly bucket: Bucket
  /** Takes back what only a crash would need, and closes the connections. */
  close(): Promise<void>
}

export interface S3StoresOptions extends UnsettledOptions {
  /** Rejects once another server has taken the bucket. Default: no other can. */
  readonly mayWrite?: () => Promise<void> | undefined
}

/** Opens a bucket as a store of objects, and of the uploads that become objects there. */
export async function openS3Stores(
  bucket: Bucket,
  { mayWrite = async () => {}, ...ofRemovals }: S3StoresOptions = {},
): Promise<S3Stores> {
  const unsettled = createUnsettledRemovals(bucket, ofRemovals)
  await unsettled.load()
  const deleteKeys = createRemovalQueue({ bucket, unsettled, mayWrite })
  return {
    objects: createS3ObjectStore(bucket, unsettled, deleteKeys),
    uploadStore: createS3UploadStore(bucket, unsettled),
    bucket,
    async close() {
      await removeRecords(bucket, unsettled)
      // All clients of a bucket share its connections.
      bucket.client.destroy()
    },
  }
}
