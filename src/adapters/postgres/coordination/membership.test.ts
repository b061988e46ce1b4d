import { beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { agreementForTests } from '#testing/postgres/agreement-for-tests.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { createAgreement } from './create-agreement.ts'
import { createMembership, membershipTimes, type MembershipOptions } from './membership.ts'
import { createToldDigests } from './told-digests.ts'

const { lapseMs, marginMs } = membershipTimes
const stepMs = lapseMs / 3

describe.skipIf(findPostgres() === null)('servers with a fence', () => {
  const connections = agreementForTests()
  let said: string[] = []
  let nowMs = 0
  beforeEach(async () => {
    said = []
    nowMs = 0
    await sql`delete from agreement_servers`.execute(connections().calls)
  })

  async function join(name: string, options: Partial<MembershipOptions> = {}) {
    const membership = createMembership({
      agreement: createAgreement(connections().calls),
      name,
      fence: `fence of ${name}`,
      async takeFence(fence) {
        const { rows } = await sql<{ name: string }>`
          select name from agreement_servers where fence = ${fence}`.execute(connections().calls)
        // It is one of the servers still.
        said.push(`${fence} is taken from ${rows[0]?.name}`)
      },
      onGone: (server) => said.push(`${server.name} is gone`),
      onCountedOut: () => said.push(`${name} ends`),
      clocks: { monotonicMs: () => nowMs, wallMs: () => nowMs },
      told: createToldDigests({ clock: { nowMs: () => nowMs } }),
      ...options,
    })
    await membership.beat()
    await membership.beat()
    return membership
  }

  it('have it taken before they are counted out, and then end', async () => {
    const [one, other] = [await join('one'), await join('other')]
    for (let ms = 0; ms <= lapseMs + marginMs; ms += stepMs) {
      await one.beat()
      nowMs += stepMs
    }
    await one.beat()
    expect(said).toEqual(['fence of other is taken from other', 'other is gone'])
    await expect(other.beat()).rejects.toMatchObject({ code: 'CUT_OFF' })
    expect(said.slice(2)).toEqual(['other ends'])
    expect(() => other.current()).toThrow('no longer one of the servers')
  })

  it('stay servers where their fence cannot be taken', async () => {
    const one = await join('one', { takeFence: () => Promise.reject(new Error('the disk')) })
    const other = await join('other')
    for (let ms = 0; ms < lapseMs + marginMs; ms += stepMs) {
      await one.beat()
      nowMs += stepMs
    }
    await expect(one.beat()).rejects.toThrow('the disk')
    await other.beat()
    expect(said).toEqual([])
  })

  it('are counted out at once if their process has certainly ended', async () => {
    await join('other')
    await join('one', { hasEnded: async (fence) => fence === 'fence of other' })
    expect(said).toEqual(['fence of other is taken from other', 'other is gone'])
  })

  it('all go on after a time in which none of them reached the database', async () => {
    const [one, other] = [await join('one'), await join('other')]
    await one.beat()
    nowMs += 10 * lapseMs
    await one.beat()
    await other.beat()
    await one.beat()
    expect(said).toEqual([])
    expect(() => [one.current(), other.current()]).not.toThrow()
  })
})
