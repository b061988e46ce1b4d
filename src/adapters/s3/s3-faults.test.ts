import { randomFillSync } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoreError } from '#storage/errors.ts'
import { bucketOfTests, createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import type { Fate, S3Request } from '#testing/ceph/s3-proxy.ts'
import {
  bytesOf,
  listAll,
  places,
  putAll,
  readText,
} from '#testing/conformance/object-store/samples.ts'
import { openProvenBucket } from './prove-store.ts'

const MiB = 1024 * 1024
const tag = 'docker/registry/v2/repositories/a/_manifests/tags/v1/current/link'
const slowDown: Fate = {
  status: 503,
  body: '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>less</Message></Error>',
}

const isRemoval = ({ method, path }: S3Request) => method === 'POST' && /[?&]delete/.test(path)
const isList = ({ path }: S3Request) => path.includes('list-type=2')
const isPutOf =
  (text: string) =>
  ({ method, path }: S3Request): boolean =>
    method === 'PUT' && path.includes(text)

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
  }, 60_000)
  afterAll(() => world.remove())

  /** The same store twice: over a way that loses requests, and directly. */
  async function openTwice(limits = {}) {
    const settings = world.newSettings()
    const proxy = await world.newProxy()
    const overProxy = { ...settings, endpoint: proxy.endpoint }
    let nowMs = 0
    const lossy = await world.open({ settings: overProxy, limits, nowMs: () => nowMs })
    return {
      settings,
      proxy,
      lossy: lossy.objects,
      direct: (await world.open({ settings })).objects,
      pass(ms: number) {
        nowMs += ms
      },
    }
  }

  describe('whose answers are lost', () => {
    test('takes nothing by a removal that comes late', async () => {
      const { proxy, lossy, direct, pass } = await openTwice({ settlesMs: 1000 })
      await lossy.put('a/link', bytesOf('old'))
      const gate = new AbortController()
      const opened = new Promise((resolve) => gate.signal.addEventListener('abort', resolve))
      proxy.decide((request) => (isRemoval(request) ? { heldUntil: opened } : 'passes'))
      const [outcome] = await lossy.deleteMany(['a/link'])
      expect(outcome).toMatchObject({ kind: 'failed', code: 'FAILED' })
      // It still exists, and nobody is told so: who relied on it would lose it.
      expect(await readText(direct, 'a/link')).toBe('old')
      expect(await lossy.get('a/link')).toBeNull()
      expect(await lossy.headMany(['a/link'])).toEqual([{ kind: 'absent' }])
      expect(await lossy.getMany(['a/link'], { maximumBytes: 9 })).toEqual([{ kind: 'absent' }])
      const unsettled = { code: 'UNSETTLED' }
      await expect(lossy.put('a/link', bytesOf('new'))).rejects.toMatchObject(unsettled)
      await lossy.put('other', bytesOf('new'))
      await expect(lossy.move('other', 'a/link')).rejects.toMatchObject(unsettled)
      expect(await lossy.deleteMany(['a/link'])).toMatchObject([unsettled])
      gate.abort()
      await expect.poll(() => readText(direct, 'a/link')).toBeNull()
      pass(999)
      await expect(lossy.put('a/link', bytesOf('new'))).rejects.toMatchObject(unsettled)
      pass(1)
      await lossy.put('a/link', bytesOf('new'))
      expect(await readText(lossy, 'a/link')).toBe('new')
    })

    test('knows after a crash what may still be removed', async () => {
      const { settings, proxy, lossy } = await openTwice()
      await putAll(lossy, ['a/link', 'b/link', 'c/link'])
      proxy.decide((request) => (isRemoval(request) ? 'silence' : 'passes'))
      // The server dies before the answer, and another one opens the store.
      void lossy.deleteMany(['a/link', 'b/link']).catch(() => {})
      await expect.poll(() => proxy.requests.some(isRemoval)).toBe(true)
      const after = (await world.open({ settings })).objects
      for (const key of ['a/link', 'b/link']) {
        expect(await after.get(key)).toBeNull()
        await expect(after.put(key, bytesOf('new'))).rejects.toMatchObject({ code: 'UNSETTLED' })
      }
      expect(await readText(after, 'c/link')).toBe('c/link')
      await after.put('c/link', bytesOf('new'))
      // Where all answers came, nothing of it is left.
      const calm = await openTwice()
      await putAll(calm.lossy, ['a/link'])
      await calm.lossy.deleteMany(['a/link'])
      await (await world.open({ settings: calm.settings })).close()
      const opened = (await world.open({ settings: calm.settings })).objects
      await opened.put('b/link', bytesOf('new'))
    })

    test('sends a removal once', async () => {
      const { proxy, lossy } = await openTwice()
      await lossy.put('a', bytesOf('1'))
      proxy.decide((request) => (isRemoval(request) ? slowDown : 'passes'))
      expect(await lossy.deleteMany(['a'])).toMatchObject([{ kind: 'failed' }])
      expect(proxy.requests.filter(isRemoval)).toHaveLength(1)
    })

    test('keeps a tag where a later push put it', async () => {
      const { proxy, lossy, direct } = await openTwice({ requestMs: 500, attempts: 1 })
      await lossy.put(tag, bytesOf('first'))
      const gate = new AbortController()
      const opened = new Promise((resolve) => gate.signal.addEventListener('abort', resolve))
      let held = 0
      proxy.decide((request) => {
        if (!isPutOf('/current/link')(request)) return 'passes'
        held += 1
        return { heldUntil: opened }
      })
      await expect(lossy.put(tag, bytesOf('late'))).rejects.toMatchObject({ code: 'FAILED' })
      await direct.put(tag, bytesOf('second'))
      const forwarded = proxy.requests.length
      gate.abort()
      // What was held back goes through the proxy before what is asked of it now.
      expect(held).toBeGreaterThan(0)
      expect(proxy.requests).toHaveLength(forwarded)
      await proxy.drained()
      expect(await readText(direct, tag)).toBe('second')
    })

    test('writes once, however often it has to look', async () => {
      const { proxy, lossy, direct } = await openTwice()
      for (const fate of ['answer lost', { status: 500, body: '' }] as const) {
        let failures = 1
        proxy.decide((request) => {
          const fails = isPutOf('/current/link')(request) && failures > 0
          if (fails) failures -= 1
          return fails ? fate : 'passes'
        })
        await lossy.put(tag, bytesOf(JSON.stringify(fate)))
        expect(await readText(direct, tag)).toBe(JSON.stringify(fate))
      }
    })
  })

  describe('that fails', () => {
    test('never gives a short list', async () => {
      const { proxy, lossy, direct } = await openTwice({ attempts: 2 })
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
      const { proxy, lossy } = await openTwice()
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
      const { proxy, lossy } = await openTwice({ requestMs: 300, attempts: 1 })
      proxy.decide(() => 'silence')
      expect(await reasonOf(lossy.get('a'))).toMatch(/^FAILED: the store did not answer/)
      expect(await reasonOf(lossy.put('a', bytesOf('1')))).toMatch(/^FAILED: the store did not/)
    })

    test('gives no short object', async () => {
      const { proxy, lossy } = await openTwice()
      await lossy.put('a', bytesOf('0123456789'))
      proxy.decide(({ method }) => (method === 'GET' ? { cutAfter: 4 } : 'passes'))
      const body = (await lossy.get('a'))?.body
      await expect(new Response(body).text()).rejects.toMatchObject({ code: 'FAILED' })
      expect(await lossy.getMany(['a'], { maximumBytes: 99 })).toMatchObject([{ code: 'FAILED' }])
    })

    test('says which permission is missing, and what else is wrong', async () => {
      await world.ceph.addUser('stranger')
      const settings = world.newSettings()
      const as = (name: string, more = {}) => {
        const credentials = { accessKeyId: `access-${name}`, secretAccessKey: `secret-${name}` }
        return { ...settings, credentials, ...more }
      }
      const own = (await world.open({ settings })).objects
      await own.put('a', bytesOf('1'))
      const denied = 'DENIED: no permission for s3:ListBucket'
      for (const [other, reason] of [
        [as('stranger'), denied],
        [as('nobody'), 'DENIED: the store does not know the access key'],
        [
          { ...settings, credentials: { accessKeyId: 'access-test', secretAccessKey: 'x' } },
          'DENIED: the secret key is wrong',
        ],
        [{ ...settings, bucket: 'nowhere' }, 'FAILED: there is no bucket nowhere'],
      ] as const) {
        expect(await reasonOf(openProvenBucket(other))).toBe(reason)
      }
      const gone = { ...settings, endpoint: 'http://127.0.0.1:9' }
      expect(await reasonOf(openProvenBucket(gone))).toMatch(/did not answer: .*ECONNREFUSED/)
    })

    test('is refused where it does not heed conditions', async () => {
      const settings = world.newSettings()
      const proxy = await world.newProxy()
      const over = { ...settings, endpoint: proxy.endpoint }
      expect((await openProvenBucket(over)).conditionOf('"a"')).toBe('a')
      const isConditional = ({ method, headers }: S3Request) =>
        method === 'PUT' && ('if-match' in headers || 'if-none-match' in headers)
      const notThere = '<Error><Code>NotImplemented</Code></Error>'
      for (const fate of [
        { status: 200, body: '' },
        { status: 501, body: notThere },
      ]) {
        proxy.decide((request) => (isConditional(request) ? fate : 'passes'))
        expect(await reasonOf(openProvenBucket(over))).toMatch(/ignores the conditions of writes/)
      }
    })
  })

  test('copies a large object in parts, and sends one that way', async () => {
    const parts = { partBytes: 5 * MiB, copyWholeBytes: 5 * MiB, copyPartBytes: 10 * MiB }
    const { proxy, lossy } = await openTwice(parts)
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
    const { proxy, lossy } = await openTwice()
    const keys = Array.from({ length: 300 }, (_, at) => `b/${1000 + at}/data`)
    await putAll(lossy, keys)
    proxy.requests.length = 0
    const outcomes = await lossy.deleteMany(keys.filter((_, at) => at % 2 === 0))
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['removed']))
    // Sixteen lists, what is written down, and the removal.
    expect(proxy.requests.length).toBeLessThanOrEqual(18)
    expect(await places(lossy)).toHaveLength(150)
  })
})
