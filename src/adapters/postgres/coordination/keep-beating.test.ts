import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { createAgreement } from './create-agreement.ts'
import { keepBeating } from './keep-beating.ts'
import { createMembership } from './membership.ts'
import { openAgreement } from './open-agreement.ts'
import { systemClocks } from './steady-clocks.ts'
import { createToldDigests } from './told-digests.ts'

const aDayMs = 24 * 3_600_000

describe.skipIf(findPostgres() === null)('a server that beats', () => {
  let postgres: ThrowawayPostgres
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  afterAll(() => postgres.remove())

  /** A server that beats only when it hears something. */
  async function start(url: string, name: string) {
    const connections = await openAgreement(url)
    const agreement = createAgreement(connections.beats)
    const told = createToldDigests({ clock: { nowMs: systemClocks.wallMs } })
    const membership = createMembership({ agreement, name, clocks: systemClocks, told })
    const failures: unknown[] = []
    const onFailure = (error: unknown) => void failures.push(error)
    const beating = keepBeating({ url, membership, everyMs: aDayMs, onFailure })
    await expect.poll(() => isOneOfThem(membership)).toBe(true)
    return {
      agreement,
      membership,
      failures,
      async stop() {
        await beating.close()
        await connections.close()
      },
    }
  }

  function isOneOfThem({ current }: { current(): number }): boolean {
    try {
      return current() > 0
    } catch {
      return false
    }
  }

  test('learns at once what another one condemns, and leaves when it ends', async () => {
    const url = await postgres.newURL()
    const one = await start(url, 'one')
    const other = await start(url, 'other')
    const epoch = await one.agreement.lead(one.membership.current(), { includesPushes: true })
    const version = await one.agreement.condemn(epoch ?? 0, [{ folder: 'blobs/a', digest: 'a' }])
    await expect.poll(() => one.agreement.notLoaded(version ?? 0)).toEqual([])
    expect(other.membership.mayBeCondemned('a')).toBe(true)
    await other.stop()
    const again = await one.agreement.condemn(epoch ?? 0, [{ folder: 'blobs/b', digest: 'b' }])
    await expect.poll(() => one.agreement.notLoaded(again ?? 0)).toEqual([])
    expect(one.failures).toEqual([])
    await one.stop()
    expect(isOneOfThem(one.membership)).toBe(false)
  })

  test('learns after a restart of the database what it did not hear', async () => {
    const url = await postgres.newURL()
    const one = await start(url, 'one')
    const other = await start(url, 'other')
    const epoch = await one.agreement.lead(one.membership.current(), { includesPushes: true })
    await postgres.stop('crash')
    await postgres.start()
    await expect
      .poll(() =>
        one.agreement.condemn(epoch ?? 0, [{ folder: 'blobs/a', digest: 'a' }]).catch(() => null),
      )
      .not.toBeNull()
    await expect.poll(() => other.membership.mayBeCondemned('a'), { timeout: 20_000 }).toBe(true)
    await one.stop()
    await other.stop()
  })
})
