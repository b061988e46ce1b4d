import { describe, expect, it } from 'vitest'
import type { BlobLeases, LeaseControl } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import { anyOrderOfCalls } from './blob-lease-calls.ts'
import { blobOf, digests, isThere, linkOf } from './blob-lease-samples.ts'

type Leases = BlobLeases & LeaseControl

export interface LeasesUnderTest {
  readonly leases: Leases
  /** Lets time pass, which is negative when the clock is set back. */
  pass(ms: number): void
  /**
   * The leases as the next process finds them after this one died, and after all that ends by
   * itself has ended.
   */
  afterCrash(): Promise<Leases>
}

const hourMs = 3_600_000
const [a, b, c] = digests

/** The digests that a removal must leave. */
export async function leasedOf(leases: LeaseControl, asked: readonly Digest[] = digests) {
  const { granted, settle } = await leases.sentence(asked, blobOf)
  await settle()
  return asked.filter((digest) => !granted.has(digest))
}

/**
 * What all leases must do. `open` returns new ones for each test.
 * @param options.orders how many orders of calls to try
 */
export function blobLeasesContract(
  name: string,
  open: () => Promise<LeasesUnderTest>,
  { orders = 200 }: { readonly orders?: number } = {},
) {
  async function begun(includePushLeases = true) {
    const { leases } = await open()
    await leases.startCollection({ includePushLeases })
    return leases
  }

  describe(`${name}: leases`, () => {
    it('last until the collection that runs ends', async () => {
      const leases = await begun()
      await leases.withLeases((guard) => guard.lease([a], blobOf))
      expect(await leasedOf(leases)).toEqual([a])
      await leases.endCollection()
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([])
    })

    it('count from the first check, also when a collection begins during the request', async () => {
      const { leases } = await open()
      await leases.withLeases(async (guard) => {
        await guard.lease([a], blobOf)
        await leases.startCollection({ includePushLeases: false })
        await guard.lease([b], blobOf)
        expect(await leasedOf(leases)).toEqual([a, b])
      })
      await leases.withLeases((guard) => guard.lease([c], blobOf))
      expect(await leasedOf(leases)).toEqual([a, b, c])
    })

    it('on an absent blob end with the request that looked for it', async () => {
      const leases = await begun()
      await leases.withLeases((guard) => guard.lease([b], blobOf))
      await leases.withLeases(async (guard) => {
        await guard.lease([a, b, a], blobOf)
        expect(await leasedOf(leases)).toEqual([a, b])
        await leases.withLeases(async (also) => {
          await also.lease([a], blobOf)
          also.markReadOnly(false)
        })
        expect(await leasedOf(leases)).toEqual([a, b])
        guard.markReadOnly(false)
      })
      expect(await leasedOf(leases)).toEqual([b])
    })

    it.each([true, false])(
      'of requests that only read count while pushes continue: %s',
      async (goOn) => {
        const leases = await begun(goOn)
        await leases.withLeases(async (guard) => {
          await guard.lease([a], blobOf)
          guard.markReadOnly(true)
        })
        await leases.leaseForPush('team/app', [b])
        await leases.withLeases((guard) => guard.lease([c], blobOf))
        expect(await leasedOf(leases)).toEqual(goOn ? [a, b, c] : [c])
      },
    )

    it('end when their request fails before a collection begins', async () => {
      const { leases } = await open()
      const failing = leases.withLeases(async (guard) => {
        await guard.lease([a], blobOf)
        throw new Error('no space')
      })
      await expect(failing).rejects.toThrow('no space')
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([])
    })

    it('stay when their request fails while a collection runs: it may have written', async () => {
      const leases = await begun()
      const failing = leases.withLeases(async (guard) => {
        await guard.lease([a], blobOf)
        throw new Error('no space')
      })
      await expect(failing).rejects.toThrow('no space')
      expect(await leasedOf(leases)).toEqual([a])
    })

    it('belong to one collection at a time', async () => {
      const leases = await begun()
      const again = leases.startCollection({ includePushLeases: true })
      await expect(again).rejects.toMatchObject({ code: 'GATE_CLOSED' })
      await expect(again).rejects.toThrow('another collection is running')
    })

    it('of pushes reach back one hour', async () => {
      const { leases, pass } = await open()
      await leases.leaseForPush('team/app', [a])
      pass(hourMs / 2)
      await leases.leaseForPush('team/app', [b])
      pass(hourMs / 2)
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([b])
    })

    it('of pushes reach back further when the clock was set back', async () => {
      const { leases, pass } = await open()
      pass(24 * hourMs)
      await leases.leaseForPush('team/app', [a])
      pass(-24 * hourMs)
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([a])
    })

    it('of pushes are released by repository', async () => {
      const { leases } = await open()
      for (const repository of ['one', 'two']) await leases.leaseForPush(repository, [a, b])
      await leases.releasePush('one', [a, b])
      await leases.releasePush('two', [b, c])
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([a])
    })

    it('stay for the running collection when the push is released', async () => {
      const leases = await begun()
      await leases.leaseForPush('team/app', [a])
      await leases.releasePush('team/app', [a])
      expect(await leasedOf(leases)).toEqual([a])
      await leases.endCollection()
      await leases.startCollection({ includePushLeases: true })
      expect(await leasedOf(leases)).toEqual([])
    })

    it('keep each of a batch for itself', async () => {
      const leases = await begun()
      await leases.leaseForPush('team/app', [b])
      const { granted } = await leases.sentence(digests, blobOf)
      expect([...granted]).toEqual([a, c])
    })

    it('find sentenced digests absent, where they are removed, until that has ended', async () => {
      const leases = await begun()
      const { settle } = await leases.sentence([a, b], blobOf)
      await leases.withLeases(async (guard) => {
        expect([...(await guard.lease(digests, blobOf))]).toEqual([c])
        expect([...(await guard.lease(digests, linkOf))]).toEqual(digests)
        await settle()
        expect([...(await guard.lease(digests, blobOf))]).toEqual(digests)
      })
      // They were wanted while they were removed: what came of that may be there now.
      expect(await leasedOf(leases)).toEqual(digests)
    })

    it('let go again what was announced, and was not removed for want of time', async () => {
      const leases = await begun()
      await leases.condemn(digests.map((digest) => ({ digest, folder: blobOf(digest) })))
      expect(await leasedOf(leases)).toEqual([])
      await leases.withLeases((guard) => guard.lease([a], blobOf))
      expect(await leasedOf(leases)).toEqual([a])
      expect(await leasedOf(leases)).toEqual([a])
    })

    it('let a writer wait for the removal of what it writes, and no second one begin', async () => {
      const leases = await begun()
      const first = await leases.sentence([a], blobOf)
      const other = await leases.sentence([a], linkOf)
      let isWritten = false
      const written = leases.withLeases(async (guard) => {
        await guard.waitUntilDeleted(blobOf(b), b)
        await guard.waitUntilDeleted(blobOf(a), a)
        isWritten = true
      })
      await other.settle()
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
      expect(isWritten).toBe(false)
      expect((await leases.sentence([a, b], blobOf)).granted.size).toBe(0)
      await first.settle()
      await written
      expect(await leasedOf(leases)).toEqual([a, b])
    })

    it.each(['lease', 'sentence'] as const)(
      'are asked and given in one step, if %s comes first',
      async (first) => {
        const leases = await begun()
        await leases.withLeases(async (guard) => {
          const calls = {
            lease: () => isThere(guard, a),
            sentence: async () => (await leases.sentence([a], blobOf)).granted.has(a),
          }
          const second = first === 'lease' ? 'sentence' : 'lease'
          const won = await Promise.all([calls[first](), calls[second]()])
          expect(won.filter(Boolean)).toHaveLength(1)
        })
      },
    )

    it('never let a digest go that was found there, in any order of calls', () =>
      anyOrderOfCalls(() => begun(), orders))

    it('and collections of a process that died hold up no other', async () => {
      const { leases, afterCrash } = await open()
      await leases.startCollection({ includePushLeases: true })
      await leases.sentence([a], blobOf)
      const next = await afterCrash()
      await next.startCollection({ includePushLeases: true })
      await next.withLeases(async (guard) => {
        expect(await isThere(guard, a)).toBe(true)
        await guard.waitUntilDeleted(blobOf(a), a)
      })
    })
  })
}
