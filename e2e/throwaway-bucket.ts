import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { test } from '@playwright/test'
import { hasCeph } from '../src/testing/ceph/find-ceph.ts'
import { startThrowawayCeph } from '../src/testing/ceph/throwaway-ceph.ts'
import { createS3Proxy, type S3Proxy } from '../src/testing/ceph/s3-proxy.ts'

/** A bucket for one test, in an object store of its own. */
export interface ThrowawayBucket {
  /** On the way to the store: its requests are counted. */
  readonly proxy: S3Proxy
  /** The settings of a server. */
  readonly environment: Readonly<Record<string, string>>
  /** The same for the driver of Distribution. */
  readonly driver: string
  remove(): Promise<void>
}

const bucket = 'images'
const root = 'some/root'

/** Leaves the test out if there is no object store on this machine. */
export async function startThrowawayBucket(): Promise<ThrowawayBucket> {
  test.skip(!hasCeph(), 'not installed: ceph-mon, ceph-osd, radosgw, ceph-common')
  const { endpoint, accessKeyId, secretAccessKey, remove } = await startThrowawayCeph()
  const region = 'us-east-1'
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const proxy = await createS3Proxy(endpoint)
  return {
    proxy,
    environment: {
      JETSAM_STORAGE: `s3://${bucket}/${root}`,
      JETSAM_S3_ENDPOINT: proxy.endpoint,
      JETSAM_S3_ACCESS_KEY_ID: accessKeyId,
      JETSAM_S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
    driver: `s3: {accesskey: ${accessKeyId}, secretkey: ${secretAccessKey}, region: ${region}, regionendpoint: "${proxy.endpoint}", bucket: ${bucket}, rootdirectory: ${root}, secure: false, v4auth: true}`,
    async remove() {
      await proxy.remove()
      await remove()
    },
  }
}
