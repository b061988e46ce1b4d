import { describe, expect, it } from 'vitest'
import { blobLeasesContract, leasedOf } from '#testing/conformance/coordination/blob-leases.ts'
import { digests } from '#testing/conformance/coordination/blob-lease-samples.ts'
import { createMemoryBlobLeases } from './memory-blob-leases.ts'

const [a, b, c] = digests
const clock = { nowMs: () => 0 }

blobLeasesContract('in memory', async () => {
  const time = { nowMs: 0 }
  const create = () => createMemoryBlobLeases({ clock: { nowMs: () => time.nowMs } })
  return {
    leases: create(),
    pass: (ms) => void (time.nowMs += ms),
    afterCrash: async () => create(),
  }
})

describe('leases in memory', () => {
  it('of the newest pushes stay when there are too many', async () => {
    const leases = createMemoryBlobLeases({ clock, maximumPushLeases: 2 })
    await leases.leaseForPush('team/app', [a, b, a, c])
    await leases.startCollection({ includePushLeases: true })
    expect(await leasedOf(leases)).toEqual([a, c])
  })

  it('cover nothing outside a collection, as for one of a storage at rest', async () => {
    const leases = createMemoryBlobLeases({ clock })
    await leases.withLeases((guard) => guard.lease([a], (digest) => digest))
    expect(await leasedOf(leases)).toEqual([])
  })

  it('cover every digest when there are too many: then nothing more is removed', async () => {
    const leases = createMemoryBlobLeases({ clock, maximumLeases: 1 })
    await leases.startCollection({ includePushLeases: true })
    await leases.leaseForPush('team/app', [a])
    expect(await leasedOf(leases)).toEqual([a])
    await leases.leaseForPush('team/app', [b])
    expect(await leasedOf(leases)).toEqual([a, b, c])
  })
})
