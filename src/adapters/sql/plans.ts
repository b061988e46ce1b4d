import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Plans } from '#state/jobs.ts'
import { inTransaction } from './columns.ts'
import { keepNewest } from './keep-newest.ts'
import type { Database } from './schema.ts'
import { stringsOf } from '#domain/values/json-fields.ts'
import { isPlannedRemoval, readJson } from './stored-json.ts'

/** Small enough that writing or reading one part does not block the event loop. */
const itemsPerPart = 2000

export const createSqlPlans = (db: Kysely<Database>): Plans => ({
  async save(plan) {
    await inTransaction(db, async (transaction) => {
      await transaction.deleteFrom('plans').where('id', '=', plan.id).execute()
      await transaction
        .insertInto('plans')
        .values({
          id: plan.id,
          job_id: plan.jobID,
          made_at_ms: plan.madeAtMs,
          warnings_json: JSON.stringify(plan.warnings),
          estimated_ms: plan.estimatedMs,
        })
        .execute()
      for (let part = 0; part * itemsPerPart < plan.items.length; part += 1) {
        const items = plan.items.slice(part * itemsPerPart, (part + 1) * itemsPerPart)
        await transaction
          .insertInto('plan_items')
          .values({ plan_id: plan.id, part, items_json: JSON.stringify(items) })
          .execute()
        await setImmediate()
      }
    })
  },

  async find(id) {
    const row = await db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return null
    const items: PlannedRemoval[] = []
    for (let part = 0; ; part += 1) {
      const stored = await db
        .selectFrom('plan_items')
        .select('items_json')
        .where('plan_id', '=', id)
        .where('part', '=', part)
        .executeTakeFirst()
      if (stored === undefined) break
      const inPart = readJson(stored.items_json)
      for (const item of Array.isArray(inPart) ? inPart : []) {
        if (isPlannedRemoval(item)) items.push(item)
      }
      await setImmediate()
    }
    return {
      id: row.id,
      jobID: row.job_id,
      madeAtMs: row.made_at_ms,
      items,
      warnings: stringsOf(readJson(row.warnings_json)),
      estimatedMs: row.estimated_ms,
    }
  },

  keepNewest: (count) => keepNewest(db, 'plans', count),
})
