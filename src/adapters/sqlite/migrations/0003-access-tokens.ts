import type { Kysely, Migration } from 'kysely'

export const accessTokens: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('access_tokens')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_name', 'text', (column) =>
        column.notNull().references('accounts.name').onDelete('cascade'),
      )
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
      .addColumn('repositories_json', 'text', (column) => column.notNull())
      .addColumn('actions_json', 'text', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint')
      .addColumn('last_used_at_ms', 'bigint')
      .addUniqueConstraint('access_tokens_by_name', ['account_name', 'name'])
      .execute()
  },
}
