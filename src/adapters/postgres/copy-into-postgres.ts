import { sql, type Kysely, type Transaction } from 'kysely'
import { StateError } from '#state/state-error.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { whereOf } from './connection-pool.ts'
import { openUpToDate } from './open-up-to-date.ts'

type Table = keyof Database

/** Each after those that its rows refer to; null: it has no sequence. */
const sequences: Readonly<Record<Table, 'position' | null>> = {
  accounts: null,
  grants: null,
  sessions: null,
  access_tokens: null,
  settings: null,
  jobs: 'position',
  job_log: null,
  plans: null,
  plan_items: null,
  activity: 'position',
  pending_acts: 'position',
  pushes: null,
}
const tables = Object.keys(sequences) as readonly Table[]

/** PostgreSQL takes at most 65,535 parameters in one statement. */
const rowsAtOnce = 1000

/** Every number is stored as an integer; SQLite takes others too. */
const asIntegers = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  )

async function copyTable(from: Kysely<Database>, to: Transaction<Database>, table: Table) {
  let rows: object[] = []
  const write = async (): Promise<void> => {
    if (rows.length === 0) return
    await to.insertInto(table).values(rows).execute()
    rows = []
  }
  for await (const row of from.selectFrom(table).selectAll().stream()) {
    rows.push(asIntegers(row))
    if (rows.length === rowsAtOnce) await write()
  }
  await write()
  const counted = sequences[table]
  if (counted === null) return
  await sql`select setval(
    pg_get_serial_sequence(${table}, ${counted}),
    (select coalesce(max(${sql.ref(counted)}), 0) + 1 from ${sql.table(table)}),
    false)`.execute(to)
}

/**
 * Copies a whole state into an empty database, or nothing of it. Rejects with a `StateError`
 * (`FAILED`) if there is a state already.
 *
 * @param from of the newest version; nothing may change it in the meantime
 * @param url `postgres://user:password@host:port/database`
 */
export async function copyIntoPostgres(from: Kysely<Database>, url: string): Promise<void> {
  const db = await openUpToDate(url, { connections: 1, statementMs: 0 })
  try {
    await db.transaction().execute(async (to) => {
      for (const table of tables) {
        const found = await to
          .selectFrom(table)
          .select(sql`1`.as('one'))
          .limit(1)
          .execute()
        if (found.length === 0) continue
        const message = `the database at ${whereOf(url)} holds a state already: name an empty one`
        throw new StateError('FAILED', message)
      }
      for (const table of tables) await copyTable(from, to, table)
    })
  } finally {
    await db.destroy()
  }
}
