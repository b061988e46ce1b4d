import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { test } from '@playwright/test'
import { hasCeph } from '../src/testing/ceph/find-ceph.ts'
import { startThrowawayCeph } from '../src/testing/ceph/throwaway-ceph.ts'
import { createS3Proxy, type S3Proxy } from '../src/testing/ceph/s3-proxy.ts'

/** A bucket in an object store of its own. */
export interface ThrowawayBucket {
  /** On the way to the store: its requests are counted. */
  readonly proxy: S3Proxy
  /** To the store itself, past the proxy. */
  readonly client: S3Client
  /** The settings of a server. */
  readonly environment: Readonly<Record<string, string>>
  /** The same for the driver of Distribution. */
  readonly driver: string
  remove(): Promise<void>
}

export const bucketName = 'images'
export const usualRoot = 'some/root'

/** @param delayMs what the proxy adds to each request */
export async function openThrowawayBucket(root = usualRoot, delayMs = 0): Promise<ThrowawayBucket> {
  const { endpoint, accessKeyId, secretAccessKey, remove } = await startThrowawayCeph()
  const region = 'us-east-1'
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucketName }))
  const proxy = await createS3Proxy(endpoint, delayMs)
  return {
    proxy,
    client,
    environment: {
      JETSAM_STORAGE: `s3://${bucketName}/${root}`,
      JETSAM_S3_ENDPOINT: proxy.endpoint,
      JETSAM_S3_ACCESS_KEY_ID: accessKeyId,
      JETSAM_S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
    driver: `s3: {accesskey: ${accessKeyId}, secretkey: ${secretAccessKey}, region: ${region}, regionendpoint: "${proxy.endpoint}", bucket: ${bucketName}, rootdirectory: ${root}, secure: false, v4auth: true}`,
    async remove() {
      client.destroy()
      await proxy.remove()
      await remove()
    },
  }
}

/** The same for one test, which is left out if there is no object store on this machine. */
export function startThrowawayBucket(): Promise<ThrowawayBucket> {
  test.skip(!hasCeph(), 'not installed: ceph-mon, ceph-osd, radosgw, ceph-common')
  return openThrowawayBucket()
}
