import type { State, StateParts } from '#state/state.ts'
import { sql, type Kysely } from 'kysely'
import { createSqlParts } from '#adapters/sql/state-parts.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type OpenDatabaseOptions } from './open-database.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { isStateFull, partsWithRoom, withRoom, type RoomMaker } from './on-full-disk.ts'

export interface SqlStateOptions extends Pick<OpenDatabaseOptions, 'mayWrite' | 'onGone'> {
  /** Releases space that is reserved for a full disk. */
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

const partsOf = (db: Kysely<Database>): StateParts => createSqlParts(db, sqliteDialect)

const nothingToCompact = async (): Promise<void> => {}

/**
 * The state in a SQLite file, migrated. Rejects with a `StateError` (`DAMAGED`, `NEWER_SCHEMA`,
 * `UNAVAILABLE`) if the file cannot be used, and leaves it unchanged.
 *
 * If a write finds no room, the log is written back and truncated, then the reserve released; a
 * method that finds no room even then rejects with `FULL`, and has written nothing.
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
    ...partsWithRoom(room, partsOf(db)),
    transaction: (act) =>
      withRoom(room, () => db.transaction().execute((transaction) => act(partsOf(transaction)))),
    async close() {
      try {
        // The file alone is then the whole state, so that it can be copied while nothing runs. On a
        // full disk it is not: the log stays beside it, and the next start reads it.
        await writeBackLog()
      } catch (error) {
        if (!isStateFull(error)) throw error
      } finally {
        await db.destroy()
      }
    },
  }
}
