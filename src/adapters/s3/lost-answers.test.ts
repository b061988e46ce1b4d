import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { isRemoval, openTwice, slowDown } from '#testing/ceph/lossy-store.ts'
import type { S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf, putAll, readText } from '#testing/conformance/object-store/samples.ts'

const tag = 'docker/registry/v2/repositories/a/_manifests/tags/v1/current/link'

const isPutOf =
  (text: string) =>
  ({ method, path }: S3Request): boolean =>
    method === 'PUT' && path.includes(text)

describe.skipIf(!hasCeph())('a bucket whose answers are lost', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  test('takes nothing by a removal that comes late', async () => {
    const { proxy, lossy, direct, pass } = await openTwice(world, { settlesMs: 1000 })
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
    const { settings, proxy, lossy } = await openTwice(world)
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
    const calm = await openTwice(world)
    await putAll(calm.lossy, ['a/link'])
    await calm.lossy.deleteMany(['a/link'])
    await (await world.open({ settings: calm.settings })).close()
    const opened = (await world.open({ settings: calm.settings })).objects
    await opened.put('b/link', bytesOf('new'))
  })

  test('sends a removal once', async () => {
    const { proxy, lossy } = await openTwice(world)
    await lossy.put('a', bytesOf('1'))
    proxy.decide((request) => (isRemoval(request) ? slowDown : 'passes'))
    expect(await lossy.deleteMany(['a'])).toMatchObject([{ kind: 'failed' }])
    expect(proxy.requests.filter(isRemoval)).toHaveLength(1)
  })

  test('keeps a tag where a later push put it', async () => {
    const { proxy, lossy, direct } = await openTwice(world, { requestMs: 500, attempts: 1 })
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
    const { proxy, lossy, direct } = await openTwice(world)
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

  test('does not give up while others write, whose winners a gateway hides behind 500', async () => {
    const { proxy, lossy, direct } = await openTwice(world, { attempts: 2 })
    let looks = 0
    proxy.decide(({ method, path }) => {
      if (!path.includes('/current/link') || looks >= 20) return 'passes'
      if (method === 'PUT') return { status: 500, body: '' }
      looks += 1
      const headers = { ETag: `"${looks}"`, 'Last-Modified': new Date(0).toUTCString() }
      return { status: 200, body: '', headers: { ...headers, 'Content-Length': '1' } }
    })
    await lossy.put(tag, bytesOf('last'))
    expect(await readText(direct, tag)).toBe('last')
  })
})
