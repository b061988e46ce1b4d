import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate as migrateSqlite } from '#adapters/sqlite/migrate.ts'
import { openDatabase } from '#adapters/sqlite/open-database.ts'
import { account } from '#testing/conformance/state/state-samples.ts'
import { findPostgres } from '#testing/postgres/find-postgres.ts'
import {
  startThrowawayPostgres,
  type ThrowawayPostgres,
} from '#testing/postgres/throwaway-postgres.ts'
import { whereOf } from './connection-pool.ts'
import { migrations } from './migrate.ts'
import { openPostgresState } from './postgres-state.ts'

describe.skipIf(findPostgres() === null)('migrations in PostgreSQL', () => {
  let postgres: ThrowawayPostgres
  let url: string
  let schema: string
  beforeAll(async () => {
    postgres = await startThrowawayPostgres()
  })
  beforeEach(async () => {
    url = await postgres.newURL()
    schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
  })
  afterAll(() => postgres.remove())

  test('run once, though servers start at once', async () => {
    const states = await Promise.all(
      Array.from({ length: 12 }, () => openPostgresState(url, { connections: 1 })),
    )
    await Promise.all(states.map((state) => state.accounts.list()))
    await Promise.all(states.map((state) => state.close()))
    const done = await postgres.run(`select name from ${schema}.kysely_migration order by name`)
    expect(done.map(({ name }) => name)).toEqual(Object.keys(migrations))
  })

  test('run in the schema of the connection, beside the tables of others', async () => {
    const before = await openPostgresState(url)
    await before.accounts.create(account('ada'))
    await before.close()
    const other = await openPostgresState(await postgres.newURL())
    expect(await other.accounts.list()).toEqual([])
    await other.close()
    const again = await openPostgresState(url)
    expect(await again.accounts.list()).toEqual([account('ada')])
    await again.close()
  })

  test('refuse a state of a newer version, and leave it', async () => {
    await (await openPostgresState(url)).close()
    await postgres.run(`insert into ${schema}.kysely_migration values ('9999-later', 'then')`)
    await expect(openPostgresState(url)).rejects.toMatchObject({ code: 'NEWER_SCHEMA' })
    const done = await postgres.run(`select name from ${schema}.kysely_migration`)
    expect(done).toHaveLength(Object.keys(migrations).length + 1)
  })

  test('make the tables that SQLite has, with every text ordered by code points', async () => {
    await (await openPostgresState(url)).close()
    const sqlite = openDatabase(':memory:')
    await migrateSqlite(sqlite, 'memory')
    const tables = await sqlite.introspection.getTables()
    await sqlite.destroy()
    const expected = tables.flatMap((table) =>
      table.columns.map(
        (column) => `${table.name}.${column.name} ${column.dataType.toLowerCase()}`,
      ),
    )
    const columns = await postgres.run(
      `select table_name || '.' || column_name || ' ' || data_type as name, data_type, collation_name
       from information_schema.columns
       where table_schema = '${schema}' and table_name !~ '^(kysely|turns|owner)'`,
    )
    const names = columns.map(({ name }) => String(name))
    // SQLite has one kind of integer key that counts by itself.
    const wider = names.map((name) =>
      name.replace('pending_acts.position bigint', 'pending_acts.position integer'),
    )
    expect(wider.toSorted()).toEqual(expected.toSorted())
    const texts = columns.filter(({ data_type }) => data_type === 'text')
    expect(new Set(texts.map(({ collation_name }) => collation_name))).toEqual(new Set(['C']))
  })

  test.each([
    ['of another encoding', 'ascii', 'UTF8'],
    ['that is a standby', 'postgres', 'read-only'],
    ['that does not exist', 'nowhere', 'create it'],
  ])('refuse a database %s, with what to do', async (_, name, advice) => {
    if (name === 'ascii') {
      await postgres.run("create database ascii encoding 'SQL_ASCII' template template0")
    }
    const readOnly = name === 'postgres' ? '%20-c%20default_transaction_read_only%3Don' : ''
    const named = url.replace('/postgres?', `/${name}?`) + readOnly
    const refused = expect(openPostgresState(named)).rejects
    await refused.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(advice) as string,
    })
  })

  test.each(['postgres://ada:s3cret@host:port/db', 'postgres://ada:s3c/ret@%/db'])(
    'never name an address that cannot be read: %s',
    async (wrong) => {
      const error: unknown = await openPostgresState(wrong).catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'UNAVAILABLE' })
      expect(inspect(error)).not.toContain('s3c')
    },
  )

  test.each(['s3cret', 's3c@ret', 's3c?ret', 's3c/r@e?t'])(
    'name a database without its password: %s',
    (password) => {
      expect(whereOf(`postgres://ada:${password}@db/jetsam?ssl=1`)).toBe('postgres://ada@db/jetsam')
    },
  )

  test('never name a password', async () => {
    const secret = url.replace('postgres@', 'postgres:s3cret@').replace('/postgres?', '/nowhere?')
    const error: unknown = await openPostgresState(secret).catch((cause: unknown) => cause)
    expect(String(error)).toContain('postgres://postgres@/nowhere')
    expect(String(error)).not.toContain('s3cret')
  })
})
