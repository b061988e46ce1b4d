import { describe, expect, it } from 'vitest'
import { digestNamed } from '#testing/gc/model-registry.ts'
import { createMemoryBlobLeases, type BlobLeaseOptions } from './memory-blob-leases.ts'

const [a, b, c] = ['a', 'b', 'c'].map(digestNamed) as [
  ReturnType<typeof digestNamed>,
  ReturnType<typeof digestNamed>,
  ReturnType<typeof digestNamed>,
]

function open(options: Partial<BlobLeaseOptions> = {}) {
  const time = { nowMs: 0 }
  const leases = createMemoryBlobLeases({ clock: { nowMs: () => time.nowMs }, ...options })
  const begin = (includePushLeases = true) => leases.startCollection({ includePushLeases })
  const leased = () => [a, b, c].filter(leases.isLeased)
  return { leases, time, begin, leased }
}

describe('leases', () => {
  it('last until the collection that runs ends', async () => {
    const { leases, begin, leased } = open()
    begin()
    await leases.withLeases(async (lease) => lease(a))
    expect(leased()).toEqual([a])
    leases.endCollection()
    expect(leased()).toEqual([])
    begin()
    expect(leased()).toEqual([])
  })

  it('count from the first check, also when a collection begins during the request', async () => {
    const { leases, begin, leased } = open()
    await leases.withLeases(async (lease) => {
      lease(a)
      begin(false)
      lease(b)
      expect(leased()).toEqual([a, b])
    })
    await leases.withLeases(async (lease) => lease(c)).catch(() => {})
    expect(leased()).toEqual([a, b, c])
  })

  it('on an absent blob end with the request that looked for it', async () => {
    const { leases, begin, leased } = open()
    begin()
    await leases.withLeases(async (lease) => lease(b))
    await leases.withLeases(async (lease, markReadOnly) => {
      for (const digest of [a, b, a]) lease(digest)
      expect(leased()).toEqual([a, b])
      await leases.withLeases(async (also, alsoReadOnly) => {
        also(a)
        alsoReadOnly(false)
      })
      expect(leased()).toEqual([a, b])
      markReadOnly(false)
    })
    expect(leased()).toEqual([b])
  })

  it.each([true, false])(
    'of requests that only read count while pushes continue: %s',
    async (goOn) => {
      const { leases, begin, leased } = open()
      begin(goOn)
      await leases.withLeases(async (lease, markReadOnly) => {
        lease(a)
        markReadOnly(true)
      })
      leases.leaseForPush('team/app', b)
      await leases.withLeases(async (lease) => lease(c))
      expect(leased()).toEqual(goOn ? [a, b, c] : [c])
    },
  )

  it('end when their request fails before a collection begins', async () => {
    const { leases, begin, leased } = open()
    const failing = leases.withLeases(async (lease) => {
      lease(a)
      throw new Error('no space')
    })
    await expect(failing).rejects.toThrow('no space')
    begin()
    expect(leased()).toEqual([])
  })

  it('belong to one collection at a time', () => {
    const { begin } = open()
    begin()
    expect(begin).toThrow('another collection is running')
  })

  it('of pushes reach back one hour', () => {
    const { leases, time, begin, leased } = open()
    leases.leaseForPush('team/app', a)
    time.nowMs = 1_800_000
    leases.leaseForPush('team/app', b)
    time.nowMs = 3_600_000
    begin()
    expect(leased()).toEqual([b])
  })

  it('of pushes reach back further when the clock was set back', () => {
    const { leases, time, begin, leased } = open()
    time.nowMs = 86_400_000
    leases.leaseForPush('team/app', a)
    time.nowMs = 0
    begin()
    expect(leased()).toEqual([a])
  })

  it('of pushes are released by repository', () => {
    const { leases, begin, leased } = open()
    for (const name of ['one', 'two'])
      for (const digest of [a, b]) leases.leaseForPush(name, digest)
    leases.releasePush('one', a)
    leases.releasePush('one', b)
    leases.releasePush('two', b)
    leases.releasePush('two', c)
    begin()
    expect(leased()).toEqual([a])
  })

  it('stay for the running collection when the push is released', () => {
    const { leases, begin, leased } = open()
    begin()
    leases.leaseForPush('team/app', a)
    leases.releasePush('team/app', a)
    expect(leased()).toEqual([a])
    leases.endCollection()
    begin()
    expect(leased()).toEqual([])
  })

  it('of the newest pushes stay when there are too many', () => {
    const { leases, begin, leased } = open({ maximumPushLeases: 2 })
    for (const digest of [a, b, a, c]) leases.leaseForPush('team/app', digest)
    begin()
    expect(leased()).toEqual([a, c])
  })

  it('cover every digest when there are too many: then nothing more is removed', () => {
    const { leases, begin, leased } = open({ maximumLeases: 1 })
    begin()
    leases.leaseForPush('team/app', a)
    expect(leased()).toEqual([a])
    leases.leaseForPush('team/app', b)
    expect(leased()).toEqual([a, b, c])
  })
})
