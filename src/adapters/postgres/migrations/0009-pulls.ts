import { sql, type Kysely, type Migration } from 'kysely'

/** Texts are ordered by their code points, whatever the database’s language is. */
const text = sql`text collate "C"`

/** The last pull by each reference, and how many by day. */
export const pulls: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('pulls')
      .addColumn('repository', text, (column) => column.notNull())
      .addColumn('reference', text, (column) => column.notNull())
      .addColumn('last_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('last_by', text)
      .addPrimaryKeyConstraint('pulls_key', ['repository', 'reference'])
      .execute()
    await schema
      .createTable('pull_days')
      .addColumn('repository', text, (column) => column.notNull())
      .addColumn('reference', text, (column) => column.notNull())
      .addColumn('day', 'integer', (column) => column.notNull())
      .addColumn('pulls', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('pull_days_key', ['repository', 'reference', 'day'])
      .execute()
  },
}
