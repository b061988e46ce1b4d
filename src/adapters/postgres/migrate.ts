import { sql, type Kysely, type Migration } from 'kysely'
import { bringUpToDate } from '#adapters/sql/bring-up-to-date.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { first } from './migrations/0006-first.ts'
import { owner } from './migrations/0006-owner.ts'
import { retentionPolicies } from './migrations/0007-retention-policies.ts'
import { pulls } from './migrations/0009-pulls.ts'
import { jobRuns } from './migrations/0010-job-runs.ts'
import { runningReports } from './migrations/0011-running-reports.ts'
import { previews } from './migrations/0013-previews.ts'
import { expectUsable, settingsQuery, type ServerSettings } from './server-settings.ts'

/** By name, in order. Only add to it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0006-first': first,
  '0006-owner': owner,
  '0007-retention-policies': retentionPolicies,
  '0009-pulls': pulls,
  '0010-job-runs': jobRuns,
  '0011-running-reports': runningReports,
  '0013-previews': previews,
}

/** Where the tables belong. Rejects with a `StateError` if they cannot be used there. */
export async function schemaOf(db: Kysely<Database>, where: string): Promise<string> {
  const { rows } = await sql.raw<ServerSettings>(settingsQuery).execute(db)
  return expectUsable(rows[0], where)
}

/**
 * Brings the tables up to date. Servers that start at once do it one after the other: the migrator
 * takes a lock of the database, before what its transaction sees is fixed.
 *
 * @param db a statement of it may take any time: it waits for the other servers
 * @param where the name of the database in an error
 * @param isReadOnly it must be up to date already
 */
export async function migrate(
  db: Kysely<Database>,
  where: string,
  isReadOnly = false,
): Promise<void> {
  const schema = await schemaOf(db, where)
  await bringUpToDate(db, { migrations, where, schema, isReadOnly })
}
