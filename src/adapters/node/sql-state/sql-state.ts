import type { State } from '#state/state.ts'
import { sql, type Kysely } from 'kysely'
import { createSqlAccessTokens } from './access-tokens.ts'
import { createSqlAccounts } from './accounts.ts'
import { createSqlActivity } from './activity.ts'
import { createSqlJobs } from './jobs.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type OpenDatabaseOptions } from './open-database.ts'
import { createSqlPlans } from './plans.ts'
import { createSqlPushes } from './pushes.ts'
import type { Database } from './schema.ts'
import { createSqlSessions } from './sessions.ts'
import { createSqlSettings } from './settings.ts'
import { isStateFull, methodsWithRoom, withRoom, type RoomMaker } from './with-room.ts'

export interface SqlStateOptions extends Pick<OpenDatabaseOptions, 'mayWrite' | 'onGone'> {
  /** Gives up space that is kept for when there is no more on the disk. */
  readonly giveUpReserve?: () => Promise<unknown>
}

async function openUpToDate(path: string, options: OpenDatabaseOptions) {
  const db = openDatabase(path, options)
  try {
    await migrate(db, path)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

const nothingToCompact = async (): Promise<void> => {}

/**
 * The state in a SQLite file, brought up to date. Rejects with a `StateError` (`DAMAGED`,
 * `NEWER_SCHEMA`, `UNAVAILABLE`) when the file cannot be used; it is left as it was then.
 *
 * Where a write finds no room, the log is written back and cut, then the reserve given up; a method
 * that finds none even so rejects with `FULL`, and has written nothing.
 *
 * @param path the file; its folder must exist
 */
export async function openSqlState(path: string, options: SqlStateOptions = {}): Promise<State> {
  const { giveUpReserve = async () => {}, ...ofDatabase } = options
  const db: Kysely<Database> = await withRoom(
    { compact: nothingToCompact, giveUp: giveUpReserve },
    () => openUpToDate(path, ofDatabase),
  )
  const writeBackLog = () => sql`pragma wal_checkpoint(truncate)`.execute(db)
  const room: RoomMaker = { compact: writeBackLog, giveUp: giveUpReserve }
  return {
    accounts: methodsWithRoom(room, createSqlAccounts(db)),
    sessions: methodsWithRoom(room, createSqlSessions(db)),
    accessTokens: methodsWithRoom(room, createSqlAccessTokens(db)),
    settings: methodsWithRoom(room, createSqlSettings(db)),
    jobs: methodsWithRoom(room, createSqlJobs(db)),
    plans: methodsWithRoom(room, createSqlPlans(db)),
    activity: methodsWithRoom(room, createSqlActivity(db)),
    pushes: methodsWithRoom(room, createSqlPushes(db)),
    async close() {
      try {
        // The file alone is then all of the state, for those who copy it while nothing runs. On a
        // full disk it is not: the log stays beside it, and is read at the next start.
        await writeBackLog()
      } catch (error) {
        if (!isStateFull(error)) throw error
      } finally {
        await db.destroy()
      }
    },
  }
}
