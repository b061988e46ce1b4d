import { EventEmitter, once } from 'node:events'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from '@playwright/test'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { pull, startDistribution } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import {
  bucketName,
  startThrowawayBucket,
  usualRoot,
  type ThrowawayBucket,
} from '../throwaway-bucket.ts'
import { collect, startCollection } from './api-client.ts'
import {
  blobsOf,
  deleteThrough,
  isThere,
  pullWhole,
  pushThrough,
  setPolicy,
  startSeveral,
  type Several,
} from './several-world.ts'

/* Several servers on one bucket and one PostgreSQL, by real processes. */

test.describe.configure({ timeout: 480_000 })

const kept = tinyImage({ layers: ['base', 'kept'] })
const deleted = tinyImage({ layers: ['base', 'deleted'] })

async function withServers(
  count: number,
  act: (several: Several, bucket: ThrowawayBucket) => Promise<void>,
): Promise<void> {
  const bucket = await startThrowawayBucket()
  try {
    const several = await startSeveral(count, bucket.environment)
    try {
      await act(several, bucket)
    } finally {
      bucket.proxy.decide(() => 'passes')
      await several.end()
    }
  } finally {
    await bucket.remove()
  }
}

/** The digests of all blobs in the bucket. */
async function blobsIn({ client }: ThrowawayBucket): Promise<readonly string[]> {
  const Prefix = `${usualRoot}/docker/registry/v2/blobs/sha256/`
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucketName, Prefix }),
  )
  return Contents.flatMap(({ Key = '' }) => {
    const [, hex] = /\/([0-9a-f]{64})\/data$/.exec(Key) ?? []
    return hex === undefined ? [] : [`sha256:${hex}`]
  }).toSorted()
}

/** What was pushed in the last moments stays, and until the next beat what clients were told. */
async function collectDownTo(
  several: Several,
  bucket: ThrowawayBucket,
  server: ServerProcess,
  images: readonly (typeof kept)[],
): Promise<void> {
  await several.timePasses()
  await expect
    .poll(async () => (await collect(server), await blobsIn(bucket)), { timeout: 120_000 })
    .toEqual(blobsOf(images))
}

test('two servers push, pull, delete and collect as one, and another cluster does not', async () => {
  await withServers(2, async (several, bucket) => {
    const [first, second] = several.servers
    if (!first || !second) throw new Error('no servers')
    for (const mode of ['accept-pushes', 'reject-pushes', 'hold-pushes'] as const) {
      await setPolicy(second, { whileCollecting: mode, trashRetentionHours: 0 })
      await pushThrough(() => first, 'team/app', kept, 'kept')
      await pushThrough(() => first, 'team/app', deleted, 'deleted')
      await pullWhole(second, 'team/app', kept, 'kept')
      expect(await deleteThrough(second, 'team/app', 'deleted')).toBe(204)
      expect(await isThere(first, 'team/app', 'deleted')).toBe(false)
      await collectDownTo(several, bucket, first, [kept])
      // What one of them removed, each of them takes again.
      await pushThrough(() => second, 'team/app', deleted, 'deleted')
      for (const server of several.servers) {
        await pullWhole(server, 'team/app', deleted, 'deleted')
        await pullWhole(server, 'team/app', kept, 'kept')
      }
    }
    const other = await makeFolder()
    try {
      const alone = startServer(other.path, bucket.environment)
      await expect(alone).rejects.toThrow(
        /in use by several servers that agree in a database, since/,
      )
      const stranger = startSeveral(1, bucket.environment)
      await expect(stranger).rejects.toThrow(/do not belong together|belongs to another database/)
    } finally {
      await other.remove()
    }
  })
})

test('one of three is killed while it removes, and what the store does late takes nothing', async () => {
  await withServers(3, async (several, bucket) => {
    const [first, second, third] = several.servers
    if (!first || !second || !third) throw new Error('no servers')
    const folder = await makeFolder()
    try {
      await setPolicy(first, { whileCollecting: 'accept-pushes', trashRetentionHours: 0 })
      await pushThrough(() => first, 'team/app', kept, 'kept')
      await pushThrough(() => first, 'team/app', deleted, 'deleted')
      expect(await deleteThrough(second, 'team/app', 'deleted')).toBe(204)
      await several.timePasses()

      // The store gets the removal of blobs, and sits on it.
      const letGo = new EventEmitter()
      const heldUntil = once(letGo, 'now')
      let held = 0
      bucket.proxy.decide(({ method }, body) => {
        const isOfBlobs = method === 'POST' && body.includes('/v2/blobs/sha256/')
        if (!isOfBlobs) return 'passes'
        held += 1
        return { heldUntil }
      })
      await expect
        .poll(
          async () => {
            if (held === 0) await startCollection(third)
            return held
          },
          { timeout: 120_000, intervals: [2000] },
        )
        .toBeGreaterThan(0)
      await third.kill()
      // The others go on without it, and know what may still go.
      await expect.poll(several.unsettled, { timeout: 90_000 }).toBeGreaterThan(0)
      for (const server of [first, second]) {
        await pullWhole(server, 'team/app', kept, 'kept')
      }
      // A push that needs what may still go waits for the store.
      bucket.proxy.requests.length = 0
      const pushing = pushThrough(() => second, 'team/other', deleted, 'again')
      pushing.catch(() => {})
      await expect
        .poll(() => bucket.proxy.requests.some(({ path }) => path.includes('_uploads')), {
          timeout: 120_000,
        })
        .toBe(true)
      letGo.emit('now')
      await bucket.proxy.drained()
      bucket.proxy.decide(() => 'passes')
      await several.timePasses()
      // On a slow machine its client may have waited for long enough: it pushes again.
      await pushing.catch(() => pushThrough(() => second, 'team/other', deleted, 'again'))

      // It starts again, and nobody has to say that it had ended.
      const again = await several.restart(2)
      await pushThrough(() => again, 'team/app', deleted, 'deleted')
      for (const server of several.servers) {
        await pullWhole(server, 'team/other', deleted, 'again')
        await pullWhole(server, 'team/app', deleted, 'deleted')
        await pullWhole(server, 'team/app', kept, 'kept')
      }
      expect(await deleteThrough(first, 'team/app', 'deleted')).toBe(204)
      expect(await deleteThrough(first, 'team/other', 'again')).toBe(204)
      await collectDownTo(several, bucket, again, [kept])
      await pullWhole(first, 'team/app', kept, 'kept')

      const registry = await startDistribution(bucket.driver, folder.path)
      try {
        expect(await pull(`${registry.host}/team/app:kept`, folder.path, false)).toBe(kept.digest)
      } finally {
        await registry.stop()
      }
    } finally {
      await folder.remove()
    }
  })
})
