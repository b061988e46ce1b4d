import type { Kysely, Migration } from 'kysely'

/** Never changed once released: a later change is a new migration. */
export const first: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db
    await schema
      .createTable('accounts')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('is_admin', 'integer', (column) => column.notNull())
      .addColumn('is_active', 'integer', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .execute()
    await schema
      .createTable('grants')
      .addColumn('account_name', 'text', (column) =>
        column.notNull().references('accounts.name').onDelete('cascade'),
      )
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('access_level', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('grants_key', ['account_name', 'scope'])
      .execute()
    await schema
      .createTable('sessions')
      .addColumn('token_hash', 'text', (column) => column.primaryKey())
      .addColumn('account_name', 'text', (column) =>
        column.notNull().references('accounts.name').onDelete('cascade'),
      )
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
      .execute()
    await schema
      .createTable('settings')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value_json', 'text', (column) => column.notNull())
      .execute()
    await createJobs(db)
    await createRecords(db)
  },
}

async function createJobs({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull().unique())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('trigger_kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text')
    .addColumn('is_dry_run', 'integer', (column) => column.notNull())
    .addColumn('given_plan_id', 'text')
    .addColumn('scheduled_at_ms', 'bigint')
    .addColumn('started_at_ms', 'bigint')
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('finished_at_ms', 'bigint')
    .addColumn('progress_json', 'text')
    .addColumn('result_json', 'text')
    .addColumn('plan_id', 'text')
    .addColumn('error', 'text')
    .execute()
  await schema
    .createIndex('jobs_by_finished_at')
    .on('jobs')
    .columns(['is_dry_run', 'finished_at_ms'])
    .execute()
  await schema
    .createTable('job_log')
    .addColumn('job_id', 'text', (column) =>
      column.notNull().references('jobs.id').onDelete('cascade'),
    )
    .addColumn('line_num', 'bigint', (column) => column.notNull())
    .addColumn('time_ms', 'bigint', (column) => column.notNull())
    .addColumn('level', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('job_log_key', ['job_id', 'line_num'])
    .execute()
  await schema
    .createTable('plans')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('made_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('warnings_json', 'text', (column) => column.notNull())
    .addColumn('estimated_ms', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('plan_items')
    .addColumn('plan_id', 'text', (column) =>
      column.notNull().references('plans.id').onDelete('cascade'),
    )
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('items_json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('plan_items_key', ['plan_id', 'part'])
    .execute()
}

async function createRecords({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('activity')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull().unique())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text')
    .addColumn('from_address', 'text')
    .addColumn('repository', 'text')
    .addColumn('subject', 'text')
    .addColumn('detail', 'text')
    .execute()
  await schema
    .createIndex('activity_by_time')
    .on('activity')
    .columns(['at_ms', 'position'])
    .execute()
  await schema
    .createIndex('activity_by_repository')
    .on('activity')
    .columns(['repository', 'at_ms'])
    .execute()
  await schema
    .createTable('pushes')
    .addColumn('repository', 'text', (column) => column.notNull())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('pushes_key', ['repository', 'tag'])
    .execute()
}
