import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openBucket, usualLimits, type S3Limits, type S3Settings } from '#adapters/s3/bucket.ts'
import { openS3Stores, type S3Stores, type S3StoresOptions } from '#adapters/s3/s3-stores.ts'
import { createS3Proxy, type S3Proxy } from './s3-proxy.ts'
import { startThrowawayCeph, type ThrowawayCeph } from './throwaway-ceph.ts'

/** A Ceph with one bucket, in which each test has a prefix of its own. */
export interface CephWorld {
  readonly ceph: ThrowawayCeph
  /** Of an empty prefix. */
  newSettings(): S3Settings
  /** A store, which is closed with the world. Default: an empty one. */
  open(options?: StoreOptions): Promise<S3Stores>
  /** A way to the store on which requests can be lost. It is removed with the world. */
  newProxy(): Promise<S3Proxy>
  /** For what other software does to the bucket. */
  readonly client: S3Client
  remove(): Promise<void>
}

export interface StoreOptions extends S3StoresOptions {
  readonly settings?: S3Settings
  readonly limits?: Partial<S3Limits>
}

export const bucketOfTests = 'images'

export async function createCephWorld(): Promise<CephWorld> {
  const ceph = await startThrowawayCeph()
  const { endpoint, accessKeyId, secretAccessKey } = ceph
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucketOfTests }))
  const opened: S3Stores[] = []
  const proxies: S3Proxy[] = []
  let prefixes = 0

  function newSettings(): S3Settings {
    prefixes += 1
    const prefix = `test ${prefixes}/`
    const region = 'us-east-1'
    return { bucket: bucketOfTests, prefix, endpoint, region, credentials, forcePathStyle: true }
  }

  return {
    ceph,
    newSettings,
    client,
    async open({ settings = newSettings(), limits, ...options } = {}) {
      const bucket = openBucket(settings, { ...usualLimits, ...limits })
      const stores = await openS3Stores(bucket, options)
      opened.push(stores)
      return stores
    },
    async newProxy() {
      const proxy = await createS3Proxy(endpoint)
      proxies.push(proxy)
      return proxy
    },
    async remove() {
      for (const proxy of proxies) proxy.decide(() => 'passes')
      for (const stores of opened) await stores.close()
      for (const proxy of proxies) await proxy.remove()
      client.destroy()
      await ceph.remove()
    },
  }
}
