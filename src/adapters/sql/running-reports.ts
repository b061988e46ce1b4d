import type { Kysely } from 'kysely'
import { textOr } from '#domain/values/json-fields.ts'
import type { RunningReports } from '#state/running-reports.ts'
import type { Database } from './schema.ts'
import { readJson } from './stored-json.ts'

export const createSqlRunningReports = (db: Kysely<Database>): RunningReports => ({
  list: () =>
    db
      .selectFrom('running_reports')
      .select(['cluster', 'id', 'reported_at_ms as reportedAtMs', 'reported_by as reportedBy'])
      .orderBy('cluster')
      .execute(),

  async find(cluster) {
    const row = await db
      .selectFrom('running_reports')
      .selectAll()
      .where('cluster', '=', cluster)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      cluster,
      id: row.id,
      reportedAtMs: row.reported_at_ms,
      reportedBy: row.reported_by,
      // Damaged: a text that is no report, so that nothing is cleaned.
      text: textOr(readJson(row.text_json), ''),
    }
  },

  async put({ cluster, id, reportedAtMs, reportedBy, text }) {
    const report = {
      id,
      reported_at_ms: reportedAtMs,
      reported_by: reportedBy,
      text_json: JSON.stringify(text),
    }
    await db
      .insertInto('running_reports')
      .values({ cluster, ...report })
      .onConflict((conflict) => conflict.column('cluster').doUpdateSet(report))
      .execute()
  },

  async remove(cluster) {
    const { numDeletedRows } = await db
      .deleteFrom('running_reports')
      .where('cluster', '=', cluster)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  },
})
