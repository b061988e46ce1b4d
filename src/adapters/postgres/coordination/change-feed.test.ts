import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { agreementForTests } from '#testing/postgres/agreement-for-tests.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { committed } from './agreeing.ts'
import { createChangeFeed } from './change-feed.ts'

describe.skipIf(findPostgres() === null)('what servers tell each other', () => {
  const agreement = agreementForTests()

  test('has numbers without gaps, in the order of the commits, whoever asks when', async () => {
    const feed = createChangeFeed(agreement().calls)
    const bodies = Array.from({ length: 40 }, (_, at) => String(at))
    const seen: number[] = []
    async function readAll(): Promise<void> {
      while ((seen.at(-1) ?? 0) < bodies.length) {
        for (const { number } of (await feed.since(seen.at(-1) ?? 0)) ?? []) seen.push(number)
      }
    }
    await Promise.all([readAll(), ...bodies.map((body) => feed.publish('registry', body))])
    expect(seen).toEqual(bodies.map((_, at) => at + 1))
    const changes = (await feed.since(0)) ?? []
    expect(changes.map(({ body }) => body).toSorted()).toEqual(bodies.toSorted())
    expect(await feed.since(await feed.newest())).toEqual([])
  })

  test('leaves no number to a server whose transaction failed', async () => {
    const feed = createChangeFeed(agreement().calls)
    const before = await feed.newest()
    const failed = committed(agreement().calls, async (tx) => {
      await sql`update agreement_feed set number = number + 1`.execute(tx)
      throw new Error('gone')
    })
    await expect(failed).rejects.toThrow('gone')
    await feed.publish('registry', 'next')
    expect(await feed.since(before)).toMatchObject([{ number: before + 1, body: 'next' }])
  })

  test('says that it has forgotten what a server asks for', async () => {
    const feed = createChangeFeed(agreement().calls)
    await feed.publish('registry', 'old')
    await feed.publish('registry', 'older than the next')
    const newest = await feed.newest()
    await feed.forget(0)
    expect(await feed.since(newest - 1)).toBeNull()
    await feed.publish('registry', 'new')
    expect(await feed.since(newest - 1)).toBeNull()
    expect(await feed.since(newest)).toMatchObject([{ body: 'new' }])
  })
})
