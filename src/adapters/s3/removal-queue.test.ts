import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreError } from '#storage/errors.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import { createCephWorld, type CephWorld } from '#testing/ceph/ceph-world.ts'
import { hasCeph } from '#testing/ceph/find-ceph.ts'
import { isRemoval, openTwice, slowDown } from '#testing/ceph/lossy-store.ts'
import type { Fate, S3Request } from '#testing/ceph/s3-proxy.ts'
import { bytesOf, places, putAll } from '#testing/conformance/object-store/samples.ts'
import { inParallel } from './in-parallel.ts'

const isLook = ({ path }: S3Request): boolean => path.includes('list-type=2')

const linksOf = (repository: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const hex = createHash('sha256').update(`${repository} ${at}`).digest('hex')
    return `${repository}/_layers/sha256/${hex}/link`
  })

const putMany = (store: Pick<ObjectStore, 'put'>, keys: readonly string[]) =>
  inParallel(keys, (key) => store.put(key, bytesOf('1')))

describe.skipIf(!hasCeph())('removals of a bucket', () => {
  let world: CephWorld
  beforeAll(async () => {
    world = await createCephWorld()
  })
  afterAll(() => world.remove())

  test('share their requests: one for five hundred keys at the most, however many call', async () => {
    const { proxy, lossy } = await openTwice(world)
    const calls = Array.from({ length: 20 }, (_, at) => linksOf(`r/${100 + at}`, 100))
    await putMany(lossy, calls.flat())
    proxy.requests.length = 0
    const outcomes = await Promise.all(
      calls.map((keys) => lossy.deleteMany(keys, { prunes: 'whole folder' })),
    )
    expect(new Set(outcomes.flat().map(({ kind }) => kind))).toEqual(new Set(['removed']))
    const looks = proxy.requests.filter(isLook)
    expect(proxy.requests.length - looks.length).toBeLessThanOrEqual(2000 / 500)
    // A page has a thousand keys, and each list that begins in the middle may cut one in two.
    expect(looks.length).toBeLessThanOrEqual(2000 / 1000 + 2)
    expect(await places(lossy)).toEqual([])
  })

  test('are answered to each call by itself', async () => {
    const { lossy } = await openTwice(world)
    await putAll(lossy, ['a/link', 'a/beside', 'b/link', 'b/beside', 'c/link'])
    const none = { unlessModifiedSinceMs: 0 }
    const outcomes = await Promise.all([
      lossy.deleteMany(['a/link', 'absent'], { prunes: 'whole folder' }),
      lossy.deleteMany(['b/link'], { prunes: 'whole folder', ...none }),
      lossy.deleteMany(['c/link', 'c/link']),
      lossy.deleteMany(['c/link']),
    ])
    const removed = { kind: 'removed', bytes: 6 }
    expect(outcomes).toEqual([
      [removed, { kind: 'absent' }],
      [{ kind: 'modified' }],
      [removed, { kind: 'absent' }],
      [{ kind: 'absent' }],
    ])
    expect(await places(lossy)).toEqual(['b/beside', 'b/link'])
  })

  test('are settled by what the answer says of each key, and by nothing else', async () => {
    const keys = ['denied', 'gone', 'internal', 'left out', 'slow']
    const { settings, proxy, lossy } = await openTwice(world)
    await putAll(lossy, keys)
    const error = (key: string, code: string) =>
      `<Error><Key>${settings.prefix}${key}</Key><Code>${code}</Code></Error>`
    const body = `<?xml version="1.0"?><DeleteResult><Deleted><Key>${settings.prefix}gone</Key></Deleted>${error('denied', 'AccessDenied')}${error('internal', 'InternalError')}${error('slow', 'SlowDown')}</DeleteResult>`
    proxy.decide((request) => (isRemoval(request) ? { status: 200, body } : 'passes'))
    expect(await lossy.deleteMany(keys)).toMatchObject([
      { kind: 'failed', code: 'DENIED' },
      { kind: 'removed' },
      { kind: 'failed', code: 'FAILED' },
      { kind: 'failed', code: 'FAILED', reason: 'the answer does not say' },
      { kind: 'failed', code: 'FAILED' },
    ])
    for (const key of ['internal', 'left out', 'slow']) {
      await expect(lossy.put(key, bytesOf('new'))).rejects.toMatchObject({ code: 'UNSETTLED' })
      expect(await lossy.get(key)).toBeNull()
    }
    for (const key of ['denied', 'gone']) await lossy.put(key, bytesOf('new'))
  })

  test('are not taken for done by an answer that is none', async () => {
    const { proxy, lossy, direct } = await openTwice(world)
    for (const [at, body] of [
      '',
      '<html>Welcome to this network</html>',
      '<?xml version="1.0"?><Error><Code>InternalError</Code></Error>',
    ].entries()) {
      const key = `a/${at}`
      await lossy.put(key, bytesOf('1'))
      proxy.decide((request) => (isRemoval(request) ? { status: 200, body } : 'passes'))
      expect(await lossy.deleteMany([key]), body).toMatchObject([{ kind: 'failed' }])
      await expect(lossy.put(key, bytesOf('2'))).rejects.toMatchObject({ code: 'UNSETTLED' })
      expect(await places(direct, 'a/')).toContain(key)
    }
  })

  test('of which one request is lost leave only its keys unsettled', async () => {
    for (const fate of ['answer lost', slowDown] satisfies Fate[]) {
      const { proxy, lossy } = await openTwice(world)
      const keys = linksOf('r', 1000)
      await putMany(lossy, keys)
      let removals = 0
      proxy.decide((request) => {
        if (isRemoval(request)) removals += 1
        return isRemoval(request) && removals === 1 ? fate : 'passes'
      })
      const outcomes = await lossy.deleteMany(keys)
      expect(removals).toBe(2)
      const failed = keys.filter((_, nth) => outcomes[nth]?.kind === 'failed')
      const removed = keys.filter((_, nth) => outcomes[nth]?.kind === 'removed')
      expect([10, 990]).toContain(failed.length)
      expect(removed).toHaveLength(1000 - failed.length)
      const [lost = '', settled = ''] = [failed[0], removed[0]]
      await expect(lossy.put(lost, bytesOf('1'))).rejects.toMatchObject({ code: 'UNSETTLED' })
      await lossy.put(settled, bytesOf('1'))
    }
  })

  test('are all written down before the first is sent', async () => {
    const { settings, proxy, lossy } = await openTwice(world)
    const calls = ['a', 'b', 'c'].map((name) => linksOf(name, 2))
    await putAll(lossy, calls.flat())
    proxy.decide((request) => (isRemoval(request) ? 'silence' : 'passes'))
    // The server dies before any answer.
    for (const keys of calls) void lossy.deleteMany(keys).catch(() => {})
    await expect.poll(() => proxy.requests.some(isRemoval)).toBe(true)
    const after = (await world.open({ settings })).objects
    for (const key of calls.flat()) {
      await expect(after.put(key, bytesOf('1'))).rejects.toMatchObject({ code: 'UNSETTLED' })
    }
  })

  test('that had to wait look once more whether the bucket is still theirs', async () => {
    let isHeld = true
    const mayWrite = async () => {
      if (!isHeld) throw new StoreError('NOT_HELD', 'the bucket')
    }
    const { proxy, lossy, direct } = await openTwice(world, { requestMs: 500 }, { mayWrite })
    await putAll(lossy, ['a', 'b', 'c'])
    proxy.decide((request) => (isRemoval(request) ? 'silence' : 'passes'))
    const first = lossy.deleteMany(['a'])
    await expect.poll(() => proxy.requests.filter(isRemoval).length).toBe(1)
    const second = lossy.deleteMany(['b'])
    await expect.poll(() => proxy.requests.filter(isRemoval).length).toBe(2)
    const third = lossy.deleteMany(['c'])
    isHeld = false
    expect(await third).toMatchObject([{ kind: 'failed', code: 'NOT_HELD' }])
    expect(proxy.requests.filter(isRemoval)).toHaveLength(2)
    await Promise.all([first, second])
    expect(await places(direct)).toEqual(['a', 'b', 'c'])
  })
})
