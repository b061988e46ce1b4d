import { sql, type Kysely, type Migration } from 'kysely'
import { StateError } from '#state/state-error.ts'
import { bringUpToDate } from '#adapters/sql/bring-up-to-date.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { first } from './migrations/0006-first.ts'

/** By name, in order. Only add to it. */
export const migrations: Readonly<Record<string, Migration>> = { '0006-first': first }

interface Settings {
  readonly encoding: string
  readonly isolation: string
  readonly is_read_only: string
  readonly schema: string | null
}

async function expectUsable(db: Kysely<Database>, where: string): Promise<string> {
  const { rows } = await sql<Settings>`
    select current_setting('server_encoding') as encoding,
      current_setting('default_transaction_isolation') as isolation,
      current_setting('transaction_read_only') as is_read_only,
      current_schema() as schema`.execute(db)
  const [settings] = rows
  const refuse = (what: string): StateError =>
    new StateError('UNAVAILABLE', `the database at ${where} ${what}`)
  if (settings?.encoding !== 'UTF8') {
    throw refuse('does not store every character: create it with the encoding UTF8')
  }
  if (settings.isolation !== 'serializable') {
    throw refuse(
      'drops the settings of a connection: connect to PostgreSQL itself, not to a pooler',
    )
  }
  if (settings.is_read_only === 'on') {
    throw refuse('is read-only, as a standby is: connect to the primary server')
  }
  if (settings.schema === null) {
    throw refuse('has no schema for this user: create the one that the search path names')
  }
  return settings.schema
}

/**
 * Brings the tables up to date. Servers that start at once do it one after the other: the migrator
 * takes a lock of the database, before what its transaction sees is fixed.
 *
 * @param db a statement of it may take any time: it waits for the other servers
 * @param where the name of the database in an error
 */
export async function migrate(db: Kysely<Database>, where: string): Promise<void> {
  const schema = await expectUsable(db, where)
  await bringUpToDate(db, { migrations, where, schema })
}
