import type { Kysely, Migration } from 'kysely'

/**
 * The storage that this state belongs to: at most one row. SQLite has no such table, because a
 * file belongs to the server that has it on its disk.
 */
export const owner: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('owner')
      // There is one row, or none.
      .addColumn('one', 'integer', (column) => column.primaryKey())
      .addColumn('cluster_id', 'text', (column) => column.notNull())
      // How many processes have taken the state for themselves, this one included.
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      // A random value of the process that took it last.
      .addColumn('run', 'text', (column) => column.notNull())
      // The run that the storage is known to name.
      .addColumn('mirrored_run', 'text', (column) => column.notNull())
      .execute()
  },
}
