import { sql, type Kysely, type Migration } from 'kysely'

/** Texts are ordered by their code points, whatever the database's language is. */
const text = sql`text collate "C"`

/** What clusters run, as each reported it last. */
export const runningReports: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('running_reports')
      .addColumn('cluster', text, (column) => column.primaryKey().notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('reported_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('reported_by', text)
      .addColumn('text_json', text, (column) => column.notNull())
      .execute()
  },
}
