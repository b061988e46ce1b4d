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
  job_runs: null,
  plans: null,
  plan_items: null,
  activity: 'position',
  pending_acts: 'position',
  pushes: null,
  pulls: null,
  pull_days: null,
  retention_policies: null,
  running_reports: null,
  previews: null,
  preview_parts: null,
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

export interface CopiedRows {
  readonly accounts: number
  readonly jobs: number
  readonly events: number
}

async function countOf(db: Kysely<Database>): Promise<CopiedRows> {
  const of = async (table: Table): Promise<number> => {
    const [row] = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .execute()
    return row?.rows ?? 0
  }
  return {
    accounts: await of('accounts'),
    jobs: await of('jobs'),
    events: await of('activity'),
  }
}

/** Hands on the rows of a table in batches. */
async function eachBatch(
  rows: AsyncIterable<object>,
  write: (batch: object[]) => Promise<unknown>,
): Promise<void> {
  let batch: object[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < rowsAtOnce) continue
    await write(batch)
    batch = []
  }
  if (batch.length > 0) await write(batch)
}

async function* rowsOfPostgres(from: Transaction<Database>, table: Table): AsyncGenerator<object> {
  await sql`declare copied no scroll cursor for select * from ${sql.table(table)}`.execute(from)
  for (;;) {
    const { rows } = await sql<object>`fetch ${sql.lit(rowsAtOnce)} from copied`.execute(from)
    if (rows.length === 0) break
    yield* rows
  }
  await sql`close copied`.execute(from)
}

const insertInto =
  (to: Kysely<Database>, table: Table) =>
  async (rows: object[]): Promise<unknown> =>
    await to.insertInto(table).values(rows).execute()

async function copyTable(from: Kysely<Database>, to: Transaction<Database>, table: Table) {
  await eachBatch(from.selectFrom(table).selectAll().stream(), async (rows) =>
    insertInto(to, table)(rows.map(asIntegers)),
  )
  const counted = sequences[table]
  if (counted === null) return
  await sql`select setval(
    pg_get_serial_sequence(${table}, ${counted}),
    (select coalesce(max(${sql.ref(counted)}), 0) + 1 from ${sql.table(table)}),
    false)`.execute(to)
}

async function isEmpty(db: Kysely<Database>): Promise<boolean> {
  for (const table of tables) {
    const found = await db
      .selectFrom(table)
      .select(sql`1`.as('one'))
      .limit(1)
      .execute()
    if (found.length > 0) return false
  }
  return true
}

/**
 * Copies a whole state into a database, or nothing of it. Rejects with a `StateError` (`FAILED`) if
 * there is a state already.
 *
 * @param from of the newest version; nothing may change it in the meantime
 * @param url `postgres://user:password@host:port/database`
 * @param isReplacing what is there goes, in the same transaction
 */
export async function copyIntoPostgres(
  from: Kysely<Database>,
  url: string,
  isReplacing = false,
): Promise<CopiedRows> {
  const { db } = await openUpToDate(url, { connections: 1, statementMs: 0 })
  try {
    return await db.transaction().execute(async (to) => {
      if (isReplacing) {
        for (const table of tables.toReversed()) await to.deleteFrom(table).execute()
      } else if (!(await isEmpty(to))) {
        const message = `the database at ${whereOf(url)} holds a state already: name an empty one`
        throw new StateError('FAILED', message)
      }
      for (const table of tables) await copyTable(from, to, table)
      return await countOf(to)
    })
  } finally {
    await db.destroy()
  }
}

/**
 * Copies a whole state, as it is at one moment, out of a database, while others may use it. Resolves
 * to null, and copies nothing, if it has no row. Rejects with a `StateError` (`FAILED`) if it is not
 * of the newest version.
 *
 * @param to empty, of the newest version
 */
export async function copyOutOfPostgres(
  url: string,
  to: Kysely<Database>,
): Promise<CopiedRows | null> {
  const { db } = await openUpToDate(url, { connections: 1, statementMs: 0, isReadOnly: true })
  try {
    // One moment, without being disturbed by those who write.
    const snapshot = db.transaction().setIsolationLevel('repeatable read')
    return await snapshot.execute(async (from) => {
      if (await isEmpty(from)) return null
      await to.transaction().execute(async (into) => {
        for (const table of tables) {
          await eachBatch(rowsOfPostgres(from, table), insertInto(into, table))
        }
      })
      return await countOf(to)
    })
  } finally {
    await db.destroy()
  }
}
