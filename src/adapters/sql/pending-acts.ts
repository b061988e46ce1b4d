import type { Kysely } from 'kysely'
import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { PendingAct, PendingActs } from '#state/pending-acts.ts'
import { insertEvent } from './activity.ts'
import { inTransaction } from './columns.ts'
import { upsertPush } from './pushes.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'

export const createSqlPendingActs = (db: Kysely<Database>, dialect: SqlDialect): PendingActs => ({
  async add(acts) {
    if (acts.length === 0) return
    await db
      .insertInto('pending_acts')
      .values(acts.map((act) => ({ id: act.event.id, act_json: JSON.stringify(act) })))
      .execute()
  },

  async complete(acts) {
    if (acts.length === 0) return []
    return await inTransaction(db, async (transaction) => {
      const recorded: DomainEvent[] = []
      for (const { event, push } of acts) {
        if (await insertEvent(transaction, dialect, event)) recorded.push(event)
        if (push !== null) await upsertPush(transaction, push)
        await transaction.deleteFrom('pending_acts').where('id', '=', event.id).execute()
      }
      return recorded
    })
  },

  async drop(ids) {
    if (ids.length === 0) return
    await db.deleteFrom('pending_acts').where('id', 'in', ids).execute()
  },

  async all() {
    const rows = await db.selectFrom('pending_acts').selectAll().orderBy('position').execute()
    return rows.map((row) => JSON.parse(row.act_json) as PendingAct)
  },
})
