import { sql, type Kysely, type Migration } from 'kysely'

/** Ordered by code points, as in SQLite, whatever the database was created with. */
const text = sql`text collate "C"`

/**
 * The tables as the sixth migration of SQLite leaves them: there is no older state in PostgreSQL.
 * Never changed once released: a later change is a new migration.
 */
export const first: Migration = {
  async up(db: Kysely<unknown>) {
    await createAccounts(db)
    await createJobs(db)
    await createRecords(db)
    await db.schema.createTable('turns').addColumn('never_used', 'integer').execute()
  },
}

async function createAccounts({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('accounts')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('password_hash', text, (column) => column.notNull())
    .addColumn('is_admin', 'integer', (column) => column.notNull())
    .addColumn('is_active', 'integer', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('grants')
    .addColumn('account_name', text, (column) =>
      column.notNull().references('accounts.name').onDelete('cascade'),
    )
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('access_level', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('grants_key', ['account_name', 'scope'])
    .execute()
  await schema
    .createTable('sessions')
    .addColumn('token_hash', text, (column) => column.primaryKey())
    .addColumn('account_name', text, (column) =>
      column.notNull().references('accounts.name').onDelete('cascade'),
    )
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  // SQLite reads all of this table instead; here, that would also disturb more transactions.
  await schema.createIndex('sessions_by_account').on('sessions').column('account_name').execute()
  await schema
    .createTable('access_tokens')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('account_name', text, (column) =>
      column.notNull().references('accounts.name').onDelete('cascade'),
    )
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('secret_hash', text, (column) => column.notNull().unique())
    .addColumn('repositories_json', text, (column) => column.notNull())
    .addColumn('actions_json', text, (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint')
    .addColumn('last_used_at_ms', 'bigint')
    .addUniqueConstraint('access_tokens_by_name', ['account_name', 'name'])
    .execute()
  await schema
    .createTable('settings')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('value_json', text, (column) => column.notNull())
    .execute()
}

async function createJobs({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('jobs')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) =>
      column.generatedByDefaultAsIdentity().notNull().unique(),
    )
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('trigger_kind', text, (column) => column.notNull())
    .addColumn('actor', text)
    .addColumn('request_json', text)
    .addColumn('scheduled_at_ms', 'bigint')
    .addColumn('started_at_ms', 'bigint')
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('finished_at_ms', 'bigint')
    .addColumn('progress_json', text)
    .addColumn('result_json', text)
    .addColumn('error', text)
    .execute()
  await schema
    .createIndex('jobs_by_finished_at')
    .on('jobs')
    .columns(['kind', 'finished_at_ms'])
    .execute()
  await schema.createIndex('jobs_by_kind').on('jobs').columns(['kind', 'position']).execute()
  await schema
    .createTable('job_log')
    .addColumn('job_id', text, (column) =>
      column.notNull().references('jobs.id').onDelete('cascade'),
    )
    .addColumn('line_num', 'bigint', (column) => column.notNull())
    .addColumn('time_ms', 'bigint', (column) => column.notNull())
    .addColumn('level', text, (column) => column.notNull())
    .addColumn('data', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('job_log_key', ['job_id', 'line_num'])
    .execute()
  await schema
    .createTable('plans')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('job_id', text, (column) => column.notNull())
    .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('warnings_json', text, (column) => column.notNull())
    .addColumn('estimated_ms', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('plan_items')
    .addColumn('plan_id', text, (column) =>
      column.notNull().references('plans.id').onDelete('cascade'),
    )
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('items_json', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('plan_items_key', ['plan_id', 'part'])
    .execute()
}

async function createRecords({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('activity')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) =>
      column.generatedByDefaultAsIdentity().notNull().unique(),
    )
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('actor', text)
    .addColumn('from_address', text)
    .addColumn('repository', text)
    .addColumn('subject', text)
    .addColumn('data_version', 'integer', (column) => column.notNull())
    .addColumn('data_json', text, (column) => column.notNull())
    .execute()
  const indexes = {
    activity_by_time: ['at_ms', 'position'],
    activity_by_repository: ['repository', 'at_ms', 'position'],
    activity_by_actor: ['actor', 'at_ms', 'position'],
    activity_by_kind: ['kind', 'actor', 'at_ms', 'position'],
  }
  for (const [name, columns] of Object.entries(indexes)) {
    await schema.createIndex(name).on('activity').columns(columns).execute()
  }
  await schema
    .createIndex('activity_by_subject')
    .on('activity')
    .columns(['subject', 'at_ms', 'position'])
    .where(sql.ref('repository'), 'is', null)
    .execute()
  await schema
    .createTable('pushes')
    .addColumn('repository', text, (column) => column.notNull())
    .addColumn('tag', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('actor', text, (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('pushes_key', ['repository', 'tag'])
    .execute()
  await schema
    .createTable('pending_acts')
    .addColumn('position', 'bigint', (column) => column.generatedByDefaultAsIdentity().primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('act_json', text, (column) => column.notNull())
    .execute()
}
