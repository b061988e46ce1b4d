import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openBucket, usualLimits, type Bucket } from '../bucket.ts'
import { reachBucket } from '../reach-bucket.ts'
import { headObject, openObject } from '../reads.ts'

const modified = { 'Last-Modified': 'Thu, 01 Oct 2026 00:00:00 GMT', ETag: '"e"' }

let store: Server | null = null
let bucket: Bucket | null = null

/** A bucket of a store that answers like this. */
async function bucketOf(answer: RequestListener): Promise<Bucket> {
  store = createServer(answer).listen(0, '127.0.0.1')
  await once(store, 'listening')
  const { port } = store.address() as AddressInfo
  bucket = openBucket(
    {
      bucket: 'images',
      prefix: '',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      forcePathStyle: true,
    },
    { ...usualLimits, attempts: 1 },
  )
  return bucket
}

afterEach(() => {
  bucket?.client.destroy()
  store?.closeAllConnections()
  store?.close()
})

describe('requests to a store that takes its time', () => {
  it('wait for their turn for as long as it takes, and each has its whole time then', async () => {
    let [open, most] = [0, 0]
    const slow = await bucketOf((_, response) => {
      open += 1
      most = Math.max(most, open)
      response.writeHead(200, { ...modified, 'Content-Length': 1 })
      // All of them together wait for longer than a connection may take.
      setTimeout(() => {
        open -= 1
        response.end()
      }, 300)
    })
    const asked = Array.from({ length: 1300 }, (_, at) => headObject(slow, `${at}`))
    const heads = await Promise.all(asked)
    expect(heads.every((head) => head?.sizeBytes === 1)).toBe(true)
    expect(most).toBe(64)
  })

  it('are not waited for by who asks whether it answers', async () => {
    const list = '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>'
    const held: (() => void)[] = []
    const slow = await bucketOf((request, response) => {
      if (request.method === 'GET') response.end(list)
      else held.push(() => response.writeHead(200, { ...modified, 'Content-Length': 1 }).end())
    })
    const asked = Array.from({ length: 100 }, (_, at) => headObject(slow, `${at}`))
    await expect.poll(() => held.length).toBe(64)
    await reachBucket(slow)
    expect(held).toHaveLength(64)
    while (held.length > 0) held.shift()?.()
    await expect.poll(() => held.length).toBe(36)
    while (held.length > 0) held.shift()?.()
    expect(await Promise.all(asked)).toHaveLength(100)
  })

  it('have their turn while more bodies than turns are read by clients that do not go on', async () => {
    const sizeBytes = 8 * 1024 * 1024
    const slow = await bucketOf((request, response) => {
      response.writeHead(200, { ...modified, 'Content-Length': sizeBytes })
      response.end(request.method === 'HEAD' ? undefined : Buffer.alloc(sizeBytes))
    })
    const bodies = []
    for (let at = 0; at < 100; at += 1) bodies.push((await openObject(slow, `blob-${at}`))?.body)
    expect(await headObject(slow, 'other')).toMatchObject({ sizeBytes })
    for (const body of bodies) await body?.cancel()
  })
})
