import { sql, type Kysely, type Migration } from 'kysely'

/** Texts are ordered by their code points, whatever the database's language is. */
const text = sql`text collate "C"`

/** Previews of cleaning, for whichever server is asked for more of one. */
export const previews: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('previews')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('made_by', text)
      .addColumn('is_approved', 'integer', (column) => column.notNull())
      .execute()
    await schema
      .createTable('preview_parts')
      .addColumn('preview_id', text, (column) =>
        column.notNull().references('previews.id').onDelete('cascade'),
      )
      .addColumn('part', 'integer', (column) => column.notNull())
      .addColumn('text_json', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('preview_parts_key', ['preview_id', 'part'])
      .execute()
  },
}
