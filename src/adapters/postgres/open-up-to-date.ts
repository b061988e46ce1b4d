import { Kysely, PostgresDialect } from 'kysely'
import type { Database } from '#adapters/sql/schema.ts'
import {
  createConnectionPool,
  whereOf,
  type ConnectionPool,
  type PoolLimits,
} from './connection-pool.ts'
import { migrate } from './migrate.ts'

export const poolLimits: PoolLimits = {
  connections: 10,
  connectMs: 15_000,
  statementMs: 30_000,
  answerMs: 5000,
  idleInTransactionMs: 60_000,
}

export interface OpenDatabase {
  readonly db: Kysely<Database>
  readonly pool: Pick<ConnectionPool, 'use'>
}

export function openPool(url: string, limits: PoolLimits): OpenDatabase {
  const pool = createConnectionPool(url, limits)
  return { pool, db: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }) }
}

/** A database whose tables are up to date. Rejects with a `StateError` if it cannot be used. */
export async function openUpToDate(
  url: string,
  options: Partial<PoolLimits> & { readonly isReadOnly?: boolean },
): Promise<OpenDatabase> {
  const limits = { ...poolLimits, ...options }
  // Another server may be migrating: that takes the time that it takes.
  const opening = openPool(url, { ...limits, connections: 1, statementMs: 0 })
  try {
    await migrate(opening.db, whereOf(url), options.isReadOnly)
  } finally {
    await opening.db.destroy()
  }
  return openPool(url, limits)
}
