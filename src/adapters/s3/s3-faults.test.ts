import { randomFillSync } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoreError } from '#storage/errors.ts'
import { bucketOfTests, createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { openTwice, slowDown } from '#testing/ceph/lossy-store.ts'
import type { Fate, S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf, listAll, places, putAll } from '#testing/conformance/object-store/samples.ts'
import { lookAtKeys } from './look-at-keys.ts'
import { reachBucket } from './reach-bucket.ts'

const MiB = 1024 * 1024

const isList = ({ path }: S3Request) => path.includes('list-type=2')
/** What a rejection says to a person. */
const reasonOf = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => null,
    (failure: StoreError) => failure,
  )
  const { cause } = error ?? {}
  return `${error?.code}: ${cause instanceof Error ? cause.message : ''}`
}

describe.skipIf(!hasCeph())('a bucket', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  describe('that fails', () => {
    test('never gives a short list', async () => {
      const { proxy, lossy, direct } = await openTwice(world, { attempts: 2 })
      await putAll(direct, ['p/1', 'p/2', 'p/3'])
      const list = (more: string) =>
        `<?xml version="1.0"?><ListBucketResult><Name>images</Name>${more}</ListBucketResult>`
      for (const fate of [
        { cutAfter: 400 },
        { status: 200, body: '<html>Welcome to this network</html>' },
        { status: 200, body: list('<KeyCount>3</KeyCount><IsTruncated>false</IsTruncated>') },
        { status: 200, body: list('<KeyCount>0</KeyCount><IsTruncated>true</IsTruncated>') },
        slowDown,
      ] satisfies Fate[]) {
        proxy.decide((request) => (isList(request) ? fate : 'passes'))
        await expect(listAll(lossy, 'p/'), JSON.stringify(fate)).rejects.toMatchObject({
          code: 'FAILED',
        })
        const [outcome] = await lossy.deleteMany(['p/1']).catch(() => [null])
        expect(outcome).toBeNull()
      }
      expect(await places(direct, 'p/')).toEqual(['p/1', 'p/2', 'p/3'])
    })

    test('is asked again where it is only slow', async () => {
      const { proxy, lossy } = await openTwice(world)
      let slow = 2
      proxy.decide(() => {
        slow -= 1
        return slow >= 0 ? slowDown : 'passes'
      })
      expect(await lossy.headMany(['a'])).toEqual([{ kind: 'absent' }])
      proxy.decide(() => slowDown)
      expect(await lossy.headMany(['a'])).toMatchObject([{ kind: 'failed', code: 'FAILED' }])
      expect(await reasonOf(listAll(lossy))).toMatch(/^FAILED: the store asked to slow down/)
    })

    test('is given up where it says nothing', async () => {
      const { proxy, lossy } = await openTwice(world, { requestMs: 300, attempts: 1 })
      proxy.decide(() => 'silence')
      expect(await reasonOf(lossy.get('a'))).toMatch(/^FAILED: the store did not answer/)
      expect(await reasonOf(lossy.put('a', bytesOf('1')))).toMatch(/^FAILED: the store did not/)
    })

    test('counts each attempt by how it ended', async () => {
      const { proxy, lossy, bucket } = await openTwice(world, { requestMs: 1500, attempts: 3 })
      await lossy.put('p/sha256/aa/data', bytesOf('1'))
      const { requests: before } = bucket.requestCounts.read()
      let slow = 2
      proxy.decide(() => ((slow -= 1) >= 0 ? slowDown : 'passes'))
      await lossy.headMany(['p/sha256/aa/data', 'absent'])
      proxy.decide(({ method }) => (method === 'GET' ? 'silence' : 'answer lost'))
      await lossy.getMany(['p/sha256/aa/data'], { maximumBytes: 9 })
      const { requests, retries } = bucket.requestCounts.read()
      const since = requests.map(({ operation, outcome, count }) => {
        const earlier = before.find((one) => one.operation === operation && one.outcome === outcome)
        return `${operation} ${outcome} ${count - (earlier?.count ?? 0)}`
      })
      expect(since.filter((line) => !line.endsWith(' 0')).toSorted()).toEqual([
        'GetObject timed_out 3',
        'HeadObject absent 1',
        'HeadObject ok 1',
        'HeadObject throttled 2',
      ])
      expect(retries).toBe(4)
    })

    test('is asked once whether it can be reached, and not for long', async () => {
      const { proxy, bucket } = await openTwice(world, { reachMs: 200 })
      await reachBucket(bucket)
      for (const fate of ['silence', 'answer lost', slowDown] satisfies Fate[]) {
        proxy.decide(() => fate)
        proxy.requests.length = 0
        await expect(reachBucket(bucket)).rejects.toMatchObject({ code: 'FAILED' })
        expect(proxy.requests).toHaveLength(1)
      }
    })

    test('gives no short object', async () => {
      const { proxy, lossy } = await openTwice(world)
      await lossy.put('a', bytesOf('0123456789'))
      proxy.decide(({ method }) => (method === 'GET' ? { cutAfter: 4 } : 'passes'))
      const body = (await lossy.get('a'))?.body
      await expect(new Response(body).text()).rejects.toMatchObject({ code: 'FAILED' })
      expect(await lossy.getMany(['a'], { maximumBytes: 99 })).toMatchObject([{ code: 'FAILED' }])
    })
  })

  test('copies a large object in parts, and sends one that way', async () => {
    const parts = { partBytes: 5 * MiB, copyWholeBytes: 5 * MiB, copyPartBytes: 10 * MiB }
    const { proxy, lossy } = await openTwice(world, parts)
    const bytes = randomFillSync(new Uint8Array(13 * MiB + 1))
    expect(await lossy.put('from', new Blob([bytes]).stream())).toBe(bytes.length)
    await lossy.move('from', 'to')
    const copied = proxy.requests.filter(({ headers }) => 'x-amz-copy-source-range' in headers)
    expect(copied).toHaveLength(2)
    const back = new Uint8Array(await new Response((await lossy.get('to'))?.body).arrayBuffer())
    expect(Buffer.compare(back, bytes)).toBe(0)
    expect(await places(lossy)).toEqual(['to'])
  })

  test('reports names that no key can have, and takes no mark of a folder for one', async () => {
    const settings = world.newSettings()
    const { objects } = await world.open({ settings })
    for (const key of ['a/', 'a/b//c', 'a/b//d', 'a/./e', 'a/good', 'a/tab\tand\u0001', '']) {
      const Key = settings.prefix + key
      await world.client.send(
        new PutObjectCommand({ Bucket: bucketOfTests, Key, Body: new Uint8Array() }),
      )
    }
    const spot = (key: string) => ({ kind: 'blind spot', key, obstacle: 'strange file' })
    const good = [
      { kind: 'key', key: 'a/good' },
      { kind: 'key', key: 'a/tab\tand\u0001' },
    ]
    expect(await listAll(objects)).toEqual([spot('a/.'), spot('a/b/'), ...good])
    expect(await listAll(objects, 'a/b/', { delimiter: '/' })).toEqual([spot('a/b/')])
  })

  test('removes many that are near each other in few requests', async () => {
    const { proxy, lossy } = await openTwice(world)
    const keys = Array.from({ length: 300 }, (_, at) => `b/${1000 + at}/data`)
    await putAll(lossy, keys)
    proxy.requests.length = 0
    const outcomes = await lossy.deleteMany(keys.filter((_, at) => at % 2 === 0))
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['removed']))
    // A list, what is written down, and the removal.
    expect(proxy.requests).toHaveLength(3)
    expect(await places(lossy)).toHaveLength(150)
  })
  test('looks at many wherever they are, and at all of their folders', async () => {
    const { lossy, bucket } = await openTwice(world)
    const keys = Array.from({ length: 120 }, (_, at) => `b/${1000 + at}/link`)
    const beside = ['b/1007/.note', 'b/1007/zz/deep', 'b/1050/a', 'b/1050/z']
    const others = Array.from({ length: 60 }, (_, at) => `b/1003/${at}`)
    await putAll(lossy, [...keys, ...beside, ...others, 'a', 'c/link'])
    const asked = ['a', 'b/0999/link', 'b/1003/link', 'b/1007/link', 'b/1050/link', 'c/link', 'd']
    for (const some of [asked, keys, asked.slice(2, 5), [...keys, ...asked]]) {
      const { found } = await lookAtKeys(bucket, some)
      const there = some.filter((key) => keys.includes(key) || key === 'a' || key === 'c/link')
      expect([...found.keys()].toSorted()).toEqual([...new Set(there)].toSorted())
    }
    const folders = asked.slice(1, 5)
    const whole = await lookAtKeys(bucket, folders, { wholeFolders: true })
    expect([...whole.found.keys()].toSorted()).toEqual(folders.slice(1))
    const direct = [...beside.filter((key) => !key.includes('deep')), ...others]
    expect(whole.beside.map(({ key }) => key).toSorted()).toEqual(direct.toSorted())
    const [outcome] = await lossy.deleteMany(['b/1003/link'], { prunes: 'whole folder' })
    expect(outcome).toEqual({ kind: 'removed', bytes: 11 })
    expect(await places(lossy, 'b/1003/')).toEqual([])
  })
})
