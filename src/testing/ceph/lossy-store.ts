import type { S3Limits } from '#adapters/s3/bucket.ts'
import type { CephWorld, StoreOptions } from './ceph-world.ts'
import type { Fate, S3Request } from './s3-proxy.ts'

/** The same store twice: over a way that loses requests, and directly. */
export async function openTwice(
  world: CephWorld,
  limits: Partial<S3Limits> = {},
  options: Pick<StoreOptions, 'mayWrite'> = {},
) {
  const settings = world.newSettings()
  const proxy = await world.newProxy()
  const overProxy = { ...settings, endpoint: proxy.endpoint }
  let nowMs = 0
  const open = { settings: overProxy, limits, nowMs: () => nowMs, ...options }
  const lossy = await world.open(open)
  return {
    settings,
    proxy,
    lossy: lossy.objects,
    bucket: lossy.bucket,
    direct: (await world.open({ settings })).objects,
    /** Time goes on for the store that loses requests. */
    pass(ms: number) {
      nowMs += ms
    },
  }
}

export const isRemoval = ({ method, path }: S3Request): boolean =>
  method === 'POST' && /[?&]delete/.test(path)

export const slowDown: Fate = {
  status: 503,
  body: '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>less</Message></Error>',
}
