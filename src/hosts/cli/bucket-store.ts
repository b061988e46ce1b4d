import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { isBucket, parseBucketConfiguration } from '#hosts/server/bucket-configuration.ts'
import type { BucketConfiguration } from '#hosts/server/bucket-configuration.ts'
import { lookIntoBucket, openBucket, type BucketPlatform } from '#hosts/server/open-bucket.ts'
import type { OnLost } from '#hosts/server/lock-folder.ts'
import { manifestCache } from '#hosts/server/version.ts'
import { createRegistry, type Registry } from '#registry/registry.ts'
import type { ObjectReader } from '#storage/object-store.ts'

/** What `--storage` names, if it is a bucket; its settings are those of the environment. */
export function bucketNamedBy(storage: string): BucketConfiguration | null {
  if (!isBucket(storage)) return null
  const parsed = parseBucketConfiguration(process.env, storage)
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  return parsed.value
}

const registryOver = (platform: BucketPlatform, mayWrite: boolean): Registry =>
  createRegistry({
    ...nodeRuntime,
    ...createMemoryCoordination(nodeRuntime),
    ...platform,
    createDigester,
    ...manifestCache(mayWrite, true),
  })

/** Rejects unless there is a store: a mistyped prefix must not become a new, empty one. */
async function expectStore(objects: Pick<ObjectReader, 'list'>, name: string): Promise<void> {
  for (const prefix of ['docker/registry/v2/', 'jetsam/v1/'] as const) {
    for await (const page of objects.list(prefix)) if (page.length > 0) return
  }
  throw new Error(`${name} holds no registry: there is no docker/registry/v2 in it`)
}

/** Opens a store that exists, to read it. A server may write to it. */
export async function openBucketToRead(bucket: BucketConfiguration): Promise<Registry> {
  const platform = await lookIntoBucket(bucket)
  await expectStore(platform.objects, bucket.name)
  return registryOver(platform, false)
}

/** Does something while no server and no other command can change the bucket. */
export async function whileBucketIsHeld<T>(
  bucket: BucketConfiguration,
  { what, onLost }: { readonly what: string; readonly onLost: OnLost },
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  await expectStore((await lookIntoBucket(bucket)).objects, bucket.name)
  const opened = await openBucket(bucket, { what, onLost, takesOver: false })
  try {
    return await work(registryOver(opened.platform, true))
  } finally {
    await opened.close()
  }
}
