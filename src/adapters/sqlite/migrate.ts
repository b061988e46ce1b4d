import { Migrator, type Kysely, type Migration } from 'kysely'
import { StateError } from '#state/state-error.ts'
import { first } from './migrations/0001-first.ts'
import { activityIndexes } from './migrations/0002-activity-indexes.ts'
import { accessTokens } from './migrations/0003-access-tokens.ts'
import { pendingActs } from './migrations/0004-pending-acts.ts'
import { eventsAsData } from './migrations/0005-events-as-data.ts'
import { jobsOfKinds } from './migrations/0006-jobs-of-kinds.ts'
import type { Database } from '#adapters/sql/schema.ts'

/** By name, in order. Only add to it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-activity-indexes': activityIndexes,
  '0003-access-tokens': accessTokens,
  '0004-pending-acts': pendingActs,
  '0005-events-as-data': eventsAsData,
  '0006-jobs-of-kinds': jobsOfKinds,
}

/**
 * Brings the tables up to date, each migration in a transaction.
 *
 * @param where the name of the database in an error
 */
export async function migrate(db: Kysely<Database>, where: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // The default depends on the machine's locale.
    nameComparator: (one, other) => (one < other ? -1 : Number(one > other)),
  })
  const done = await migrator.getMigrations()
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
