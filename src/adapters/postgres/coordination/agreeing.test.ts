import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { agreementForTests } from '#testing/postgres/agreement-for-tests.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import { agreeing, agreeingAtOnce, texts } from './agreeing.ts'

describe.skipIf(findPostgres() === null)('transactions of an agreement', () => {
  const agreement = agreementForTests()

  test('are all done, also where two of them pardon the same the other way round', async () => {
    const db = agreement().calls
    await sql`insert into agreement_keys (folder, digest, state)
      values ('a', 'a', 'condemned'), ('b', 'b', 'condemned')`.execute(db)
    let inside = 0
    let bothInside = (): void => {}
    const meeting = new Promise<void>((resolve) => (bothInside = resolve))
    const pardon = (first: string, second: string): Promise<void> =>
      agreeing(db, 'shared', async (tx) => {
        await sql`delete from agreement_keys where digest = ${first}`.execute(tx)
        inside += 1
        if (inside === 2) bothInside()
        await meeting
        await sql`delete from agreement_keys where digest = ${second}`.execute(tx)
      })
    await Promise.all([pardon('a', 'b'), pardon('b', 'a')])
    expect(inside).toBe(3)
    expect((await sql`select 1 from agreement_keys`.execute(db)).rows).toEqual([])
  })

  test('that are alone see all that was committed while they waited', async () => {
    const db = agreement().calls
    const seen: number[] = []
    const count = (): Promise<void> =>
      agreeing(db, 'alone', async (tx) => {
        const { rows } = await sql<{ version: number }>`
          select version from agreement_lead`.execute(tx)
        seen.push(rows[0]?.version ?? -1)
        await sql`update agreement_lead set version = version + 1`.execute(tx)
      })
    await Promise.all(Array.from({ length: 20 }, count))
    expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => (seen[0] ?? 0) + at))
  })

  test('see as much if the lock and what follows it are sent at once', async () => {
    const db = agreement().calls
    let goOn = (): void => {}
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve))
    let isAlone = (): void => {}
    const alone = new Promise<void>((resolve) => (isAlone = resolve))
    const before = agreeing(db, 'alone', async (tx) => {
      isAlone()
      await mayGoOn
      await sql`insert into agreement_keys (folder, digest, state)
        values ('late', 'late', 'condemned')`.execute(tx)
    })
    await alone
    const seen = agreeingAtOnce(
      db,
      'shared',
      sql`select digest from agreement_keys where digest = any(${texts(["it's", 'late'])})`,
    )
    const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted`
    while ((await waiting.execute(db)).rows.length === 0);
    goOn()
    await before
    expect(await seen).toEqual({ digest: 'late' })
  })
})
