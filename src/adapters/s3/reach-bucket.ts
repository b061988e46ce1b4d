import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import { calling } from './s3-errors.ts'

/** Asks the store once. Rejects with a `StoreError` if it does not answer soon, or refuses. */
export async function reachBucket(bucket: Bucket): Promise<void> {
  const abortSignal = AbortSignal.timeout(bucket.limits.reachMs)
  const list = { Bucket: bucket.name, Prefix: bucket.prefix, MaxKeys: 1 }
  await calling(bucket, '', 's3:ListBucket', () =>
    bucket.ahead.send(new ListObjectsV2Command(list), { abortSignal }),
  )
}
