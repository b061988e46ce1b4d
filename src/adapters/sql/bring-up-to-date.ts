import {
  DEFAULT_MIGRATION_LOCK_TABLE,
  DEFAULT_MIGRATION_TABLE,
  Migrator,
  type Kysely,
  type Migration,
} from 'kysely'
import { StateError } from '#state/state-error.ts'
import type { Database } from './schema.ts'

export interface StateMigrations {
  /** By name, in order. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** The name of the database in an error. */
  readonly where: string
  /** Where the tables are, if there may be others of the same name. */
  readonly schema?: string
  /** Whether to reject with `FAILED` instead, because others use it. */
  readonly isReadOnly?: boolean
  /** Of the names of the tables that say which migrations have been done. Default: none. */
  readonly prefix?: string
}

/**
 * Brings the tables up to date, each migration in a transaction. Rejects with a `StateError`
 * (`NEWER_SCHEMA`, `FAILED`).
 */
export async function bringUpToDate(
  db: Kysely<Database>,
  { migrations, where, schema, isReadOnly = false, prefix = '' }: StateMigrations,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // The default depends on the machine's locale.
    nameComparator: (one, other) => (one < other ? -1 : Number(one > other)),
    migrationTableName: `${prefix}${DEFAULT_MIGRATION_TABLE}`,
    migrationLockTableName: `${prefix}${DEFAULT_MIGRATION_LOCK_TABLE}`,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  })
  const done = await migrator.getMigrations()
  if (isReadOnly && !done.every((one) => one.executedAt)) {
    const isNone = !done.some((one) => one.executedAt)
    const message = isNone
      ? `there is no state in ${where}`
      : `the state in ${where} is of an earlier version: start a server of this version first`
    throw new StateError('FAILED', message)
  }
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const reason = error instanceof Error ? error.message : 'the reason is not known'
  if (reason.includes('previously executed migration') && done.every((one) => one.executedAt)) {
    throw new StateError(
      'NEWER_SCHEMA',
      `the state in ${where} was written by a newer version of Jetsam: start that version, or restore an older backup`,
      { cause: error },
    )
  }
  throw new StateError(
    'FAILED',
    `the state in ${where} could not be brought up to date: ${reason}`,
    {
      cause: error,
    },
  )
}
