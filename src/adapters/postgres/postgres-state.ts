import { sql, type Kysely } from 'kysely'
import { StateError } from '#state/state-error.ts'
import type { State, StateParts } from '#state/state.ts'
import type { Database } from '#adapters/sql/schema.ts'
import { withEachCall } from '#adapters/sql/each-call.ts'
import { createSqlParts } from '#adapters/sql/state-parts.ts'
import type { PoolLimits, PoolUse } from './connection-pool.ts'
import { isRolledBack } from './database-errors.ts'
import { openUpToDate } from './open-up-to-date.ts'
import { postgresDialect } from './postgres-dialect.ts'

export type PostgresStateOptions = Partial<PoolLimits>

export interface PostgresState extends State {
  pool(): PoolUse
}

/** Far more than are needed: who tries again has the others of its kind out of the way. */
const maximumTries = 100

/** In one transaction, and again as often as others disturb it. */
async function transact<T>(
  db: Kysely<Database>,
  act: (parts: StateParts) => Promise<T>,
  tries = 0,
): Promise<T> {
  for (let tried = tries; ; tried += 1) {
    try {
      return await db.transaction().execute(async (transaction) => {
        // All who try again do it one after the other, so that each of them comes to an end. This
        // must be the first statement: what the transaction sees begins with the second.
        if (tried > 0) await sql`lock table turns in exclusive mode`.execute(transaction)
        return await act(createSqlParts(transaction, postgresDialect))
      })
    } catch (error) {
      if (!isRolledBack(error)) throw error
      if (tried < maximumTries) continue
      const message = 'the database is too busy for this: try again'
      throw new StateError('UNAVAILABLE', message, { cause: error })
    }
  }
}

/** The parts, whose methods are done again if others disturb them. */
function undisturbed(db: Kysely<Database>): StateParts {
  const parts = createSqlParts(db, postgresDialect)
  return withEachCall(parts, (call) =>
    call(parts).catch((error: unknown) => {
      if (isRolledBack(error)) return transact(db, call, 1)
      throw error
    }),
  )
}

/**
 * The state in a PostgreSQL database, migrated. Rejects with a `StateError` (`NEWER_SCHEMA`,
 * `UNAVAILABLE`) if the database cannot be used.
 *
 * Any number of processes may use one database: all is as if one call came after the other. A method
 * rejects with `UNAVAILABLE` while the database cannot be reached; whether a write was done is not
 * known then. It works again as soon as the database does.
 *
 * @param url `postgres://user:password@host:port/database`
 */
export async function openPostgresState(
  url: string,
  options: PostgresStateOptions = {},
): Promise<PostgresState> {
  const { db, pool } = await openUpToDate(url, options)
  return {
    ...undisturbed(db),
    transaction: (act) => transact(db, act),
    close: () => db.destroy(),
    pool: () => pool.use(),
  }
}
