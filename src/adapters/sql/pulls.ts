import { sql, type Kysely } from 'kysely'
import { isFields, stringsOf } from '#domain/values/json-fields.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { PullSummary, Pulls } from '#state/pulls.ts'
import type { Database } from './schema.ts'
import { readJson } from './stored-json.ts'

const recordingName = 'pull recording'
/** SQLite takes at most 32,766 parameters in one statement. */
const rowsPerStatement = 500

export const createSqlPulls = (db: Kysely<Database>): Pulls => ({
  async recording() {
    const row = await db
      .selectFrom('settings')
      .select('value_json')
      .where('name', '=', recordingName)
      .executeTakeFirst()
    const value = row ? readJson(row.value_json) : null
    if (!isFields(value) || typeof value.sinceMs !== 'number') return null
    return { sinceMs: value.sinceMs, openBy: stringsOf(value.openBy) }
  },

  async setRecording({ sinceMs, openBy }) {
    const text = JSON.stringify({ sinceMs, openBy })
    await db
      .insertInto('settings')
      .values({ name: recordingName, value_json: text })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value_json: text }))
      .execute()
  },

  async add(pulls) {
    for (let at = 0; at < pulls.length; at += rowsPerStatement) {
      const some = pulls.slice(at, at + rowsPerStatement)
      await db
        .insertInto('pulls')
        .values(
          some.map(({ repository, reference, lastAtMs, lastBy }) => ({
            repository,
            reference,
            last_at_ms: lastAtMs,
            last_by: lastBy,
          })),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['repository', 'reference'])
            .doUpdateSet({
              last_at_ms: sql`excluded.last_at_ms`,
              last_by: sql`excluded.last_by`,
            })
            .whereRef('pulls.last_at_ms', '<=', sql.ref('excluded.last_at_ms')),
        )
        .execute()
      await db
        .insertInto('pull_days')
        .values(
          some.map(({ repository, reference, day, pulls: count }) => ({
            repository,
            reference,
            day,
            pulls: count,
          })),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['repository', 'reference', 'day'])
            .doUpdateSet({ pulls: sql`pull_days.pulls + excluded.pulls` }),
        )
        .execute()
    }
  },

  async summaries(repository, references, fromDay) {
    if (references === null) return await summariesOf(db, repository, null, fromDay)
    const found: PullSummary[] = []
    for (const slice of inSlices(references, rowsPerStatement)) {
      found.push(...(await summariesOf(db, repository, slice, fromDay)))
    }
    return found
  },

  async lastPulls(repository, after, limit) {
    const all = db
      .selectFrom('pulls')
      .select(['reference', 'last_at_ms as lastAtMs'])
      .where('repository', '=', repository)
      .orderBy('reference')
      .limit(limit)
    return await (after === null ? all : all.where('reference', '>', after)).execute()
  },

  async lastOf(repository, references) {
    if (references.length === 0) return null
    const row = await db
      .selectFrom('pulls')
      .select(({ fn }) => fn.max('last_at_ms').as('lastAtMs'))
      .where('repository', '=', repository)
      .where('reference', 'in', references)
      .executeTakeFirst()
    return row?.lastAtMs ?? null
  },

  async forgetDaysBefore(day) {
    await db.deleteFrom('pull_days').where('day', '<', day).execute()
  },
})

async function summariesOf(
  db: Kysely<Database>,
  repository: string,
  references: readonly string[] | null,
  fromDay: number,
): Promise<readonly PullSummary[]> {
  const rows = await db
    .selectFrom('pulls')
    .select(['reference', 'last_at_ms as lastAtMs', 'last_by as lastBy'])
    .where('repository', '=', repository)
    .$if(references !== null, (query) => query.where('reference', 'in', references ?? []))
    .execute()
  const counts = await db
    .selectFrom('pull_days')
    .select(({ fn }) => ['reference', fn.sum<number | string>('pulls').as('pulls')])
    .where('repository', '=', repository)
    .where('day', '>=', fromDay)
    .$if(references !== null, (query) => query.where('reference', 'in', references ?? []))
    .groupBy('reference')
    .execute()
  const countOf = new Map(counts.map(({ reference, pulls }) => [reference, Number(pulls)]))
  return rows.map((row) => ({ ...row, pulls: countOf.get(row.reference) ?? 0 }))
}
