import type { Kysely, Selectable } from 'kysely'
import type { JobRuns, StoredRun } from '#state/job-runs.ts'
import { StateError } from '#state/state-error.ts'
import { inTransaction, isForeignKeyError } from './columns.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'

const toRun = (row: Selectable<Database['job_runs']>): StoredRun => ({
  jobID: row.job_id,
  beats: row.beats,
  isStopping: row.is_stopping !== 0,
})

export const createSqlJobRuns = (db: Kysely<Database>, dialect: SqlDialect): JobRuns => ({
  async begin(jobID) {
    const row = { job_id: jobID, beats: 0, is_stopping: 0 }
    try {
      await dialect.refusable(db, () => db.insertInto('job_runs').values(row).execute())
    } catch (cause) {
      if (!isForeignKeyError(cause)) throw cause
      throw new StateError('NO_SUCH_JOB', `there is no job "${jobID}"`, { cause })
    }
  },

  async all() {
    const rows = await db.selectFrom('job_runs').selectAll().execute()
    return rows.map(toRun)
  },

  async beat(jobID) {
    const row = await db
      .updateTable('job_runs')
      .set(({ eb }) => ({ beats: eb('beats', '+', 1) }))
      .where('job_id', '=', jobID)
      .returningAll()
      .executeTakeFirst()
    return row ? toRun(row) : null
  },

  stop: (jobID) =>
    inTransaction(db, async (transaction) => {
      const run = await transaction
        .selectFrom('job_runs')
        .select('is_stopping')
        .where('job_id', '=', jobID)
        .executeTakeFirst()
      if (run === undefined) return null
      if (run.is_stopping !== 0) return false
      await transaction
        .updateTable('job_runs')
        .set({ is_stopping: 1 })
        .where('job_id', '=', jobID)
        .execute()
      return true
    }),

  async end(jobID, beats) {
    let run = db.deleteFrom('job_runs').where('job_id', '=', jobID)
    if (beats !== undefined) run = run.where('beats', '=', beats)
    const { numDeletedRows } = await run.executeTakeFirstOrThrow()
    return numDeletedRows > 0
  },
})
