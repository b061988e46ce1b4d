import type { Kysely, Migration } from 'kysely'

/** Acts on storage that must be recorded if they happen. */
export const pendingActs: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('pending_acts')
      .addColumn('position', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('act_json', 'text', (column) => column.notNull())
      .execute()
  },
}
