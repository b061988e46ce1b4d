import type { State } from '#state/state.ts'
import { sql } from 'kysely'
import { createSqlAccessTokens } from './access-tokens.ts'
import { createSqlAccounts } from './accounts.ts'
import { createSqlActivity } from './activity.ts'
import { createSqlJobs } from './jobs.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type OpenDatabaseOptions } from './open-database.ts'
import { createSqlPlans } from './plans.ts'
import { createSqlPushes } from './pushes.ts'
import { createSqlSessions } from './sessions.ts'
import { createSqlSettings } from './settings.ts'

/**
 * The state in a SQLite file, brought up to date. Rejects with a `StateError` (`DAMAGED`,
 * `NEWER_SCHEMA`, `UNAVAILABLE`) when the file cannot be used; it is left as it was then.
 *
 * @param path the file; its folder must exist
 */
export async function openSqlState(
  path: string,
  options: Pick<OpenDatabaseOptions, 'mayWrite' | 'onGone'> = {},
): Promise<State> {
  const db = openDatabase(path, options)
  try {
    await migrate(db, path)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    accounts: createSqlAccounts(db),
    sessions: createSqlSessions(db),
    accessTokens: createSqlAccessTokens(db),
    settings: createSqlSettings(db),
    jobs: createSqlJobs(db),
    plans: createSqlPlans(db),
    activity: createSqlActivity(db),
    pushes: createSqlPushes(db),
    async close() {
      try {
        // The file alone is then all of the state, for those who copy it while nothing runs.
        await sql`pragma wal_checkpoint(truncate)`.execute(db)
      } finally {
        await db.destroy()
      }
    },
  }
}
