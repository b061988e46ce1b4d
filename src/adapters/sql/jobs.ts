import { sql, type Insertable, type Kysely, type Selectable } from 'kysely'
import { readJobProgress } from '#domain/jobs/job-progress.ts'
import { oneOf } from '#domain/values/json-fields.ts'
import { jobStatuses, jobTriggers, logLevels, type Jobs, type StoredJob } from '#state/jobs.ts'
import { StateError } from '#state/state-error.ts'
import { isForeignKeyError, toJson, inTransaction } from './columns.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'
import { readJson } from './stored-json.ts'

type Row = Database['jobs']

/** Null if it is no JSON. */
const readOrNull = (text: string | null): unknown =>
  text === null ? null : (readJson(text) ?? null)

const toJob = (row: Selectable<Row>): StoredJob => ({
  id: row.id,
  kind: row.kind,
  status: oneOf(jobStatuses, row.status, 'errored'),
  trigger: oneOf(jobTriggers, row.trigger_kind, 'api'),
  actor: row.actor,
  request: readOrNull(row.request_json),
  scheduledAtMs: row.scheduled_at_ms,
  startedAtMs: row.started_at_ms,
  updatedAtMs: row.updated_at_ms,
  finishedAtMs: row.finished_at_ms,
  progress: readJobProgress(readOrNull(row.progress_json)),
  result: readOrNull(row.result_json),
  error: row.error,
})

const toRow = (job: StoredJob): Omit<Insertable<Row>, 'position'> => ({
  id: job.id,
  kind: job.kind,
  status: job.status,
  trigger_kind: job.trigger,
  actor: job.actor,
  request_json: toJson(job.request),
  scheduled_at_ms: job.scheduledAtMs,
  started_at_ms: job.startedAtMs,
  updated_at_ms: job.updatedAtMs,
  finished_at_ms: job.finishedAtMs,
  progress_json: toJson(job.progress),
  result_json: toJson(job.result),
  error: job.error,
})

/** SQLite takes at most 32,766 parameters in one statement, PostgreSQL 65,535. */
const linesPerStatement = 1000

export const createSqlJobs = (db: Kysely<Database>, dialect: SqlDialect): Jobs => ({
  async save(job) {
    const row = toRow(job)
    await db
      .insertInto('jobs')
      .values({ ...dialect.lastPosition('jobs'), ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  },

  async find(id) {
    const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? toJob(row) : null
  },

  async list({ running, kinds, offset, limit }) {
    let matching = db.selectFrom('jobs')
    if (running !== undefined) {
      matching = matching.where('status', running ? '=' : '!=', 'running')
    }
    if (kinds !== undefined) {
      const [kind, ...others] = kinds
      if (kind === undefined) return { jobs: [], total: 0 }
      matching =
        others.length === 0
          ? matching.where('kind', '=', kind)
          : // Of several kinds, all rows of each would be sorted, if their index were used.
            matching.where(sql<string>`kind || ''`, 'in', [kind, ...others])
    }
    const counted = await matching
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow()
    const total = Number(counted.total)
    // Most questions are whether any job runs.
    if (total === 0) return { jobs: [], total }
    const rows = await matching
      .selectAll()
      .orderBy('position', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    return { jobs: rows.map(toJob), total }
  },

  async appendLog(jobID, lines) {
    const append = async (transaction: Kysely<Database>): Promise<void> => {
      const { last } = await transaction
        .selectFrom('job_log')
        .select(({ fn }) => fn.max('line_num').as('last'))
        .where('job_id', '=', jobID)
        .executeTakeFirstOrThrow()
      const next = last === null ? 0 : last + 1
      const rows = lines.map(({ timeMs, level, data }, at) => ({
        job_id: jobID,
        line_num: next + at,
        time_ms: timeMs,
        level,
        data,
      }))
      for (let at = 0; at < rows.length; at += linesPerStatement) {
        const part = rows.slice(at, at + linesPerStatement)
        await transaction.insertInto('job_log').values(part).execute()
      }
    }
    try {
      await dialect.refusable(db, () => inTransaction(db, append))
    } catch (cause) {
      if (!isForeignKeyError(cause)) throw cause
      throw new StateError('NO_SUCH_JOB', `there is no job "${jobID}"`, { cause })
    }
  },

  async log(jobID, offset, limit) {
    const rows = await db
      .selectFrom('job_log')
      .select(['line_num', 'time_ms', 'level', 'data'])
      .where('job_id', '=', jobID)
      .where('line_num', '>=', offset)
      .orderBy('line_num')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      lineNum: row.line_num,
      timeMs: row.time_ms,
      level: oneOf(logLevels, row.level, 'info'),
      data: row.data,
    }))
  },

  async finishedBetween(kind, fromMs, toMs) {
    const rows = await db
      .selectFrom('jobs')
      .selectAll()
      .where('kind', '=', kind)
      .where('finished_at_ms', '>=', fromMs)
      .where('finished_at_ms', '<', toMs)
      .orderBy('finished_at_ms')
      .orderBy('position')
      .execute()
    return rows.map(toJob)
  },
})
