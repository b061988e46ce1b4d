import type { Kysely, Migration } from 'kysely'

/** The jobs that run now on servers that share a state. */
export const jobRuns: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('job_runs')
      .addColumn('job_id', 'text', (column) =>
        column.primaryKey().notNull().references('jobs.id').onDelete('cascade'),
      )
      .addColumn('beats', 'bigint', (column) => column.notNull())
      .addColumn('is_stopping', 'integer', (column) => column.notNull())
      .execute()
  },
}
