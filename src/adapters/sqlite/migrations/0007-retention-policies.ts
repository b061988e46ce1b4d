import type { Kysely, Migration } from 'kysely'

/** Retention policies, with all their versions. */
export const retentionPolicies: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('retention_policies')
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('text_json', 'text')
      .addColumn('format', 'integer', (column) => column.notNull())
      .addColumn('saved_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('saved_by', 'text')
      .addPrimaryKeyConstraint('retention_policies_key', ['scope', 'version'])
      .execute()
  },
}
