import type { Kysely, Transaction } from 'kysely'
import type { Database } from './schema.ts'

/** Booleans are 0 or 1 on every database. */
export const flag = (value: boolean): number => (value ? 1 : 0)

export const toJson = (value: unknown): string | null =>
  value === null ? null : JSON.stringify(value)

/** A foreign key's refusal, from SQLite and (SQLSTATE 23503) PostgreSQL. */
export const isForeignKeyError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || error.code === '23503')

/** All or nothing: in a new transaction, unless it is part of one. */
export const inTransaction = <T>(
  db: Kysely<Database>,
  act: (transaction: Transaction<Database>) => Promise<T>,
): Promise<T> =>
  db.isTransaction ? act(db as Transaction<Database>) : db.transaction().execute(act)
