import type { Kysely } from 'kysely'
import type { DomainEvent } from '#domain/events/domain-event.ts'
import type { PendingAct, PendingActs } from '#state/pending-acts.ts'
import { eventInsert, insertEvent } from './activity.ts'
import { inTransaction } from './columns.ts'
import { pushUpsert } from './pushes.ts'
import type { Database } from './schema.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** A push records one act: in one statement, where there is one for it. */
async function completeAtOnce(
  db: Kysely<Database>,
  dialect: SqlDialect,
  { event, push }: PendingAct,
): Promise<readonly DomainEvent[]> {
  const written = db
    .with('recorded', (writing) => eventInsert(writing, dialect, event).returning('id'))
    .with('completed', (writing) =>
      writing.deleteFrom('pending_acts').where('id', '=', event.id).returning('id'),
    )
  const all =
    push === null
      ? written
      : written.with('pushed', (writing) => pushUpsert(writing, push).returning('tag'))
  const recorded = await all.selectFrom('recorded').select('id').execute()
  return recorded.length === 0 ? [] : [event]
}

export const createSqlPendingActs = (db: Kysely<Database>, dialect: SqlDialect): PendingActs => ({
  async add(acts) {
    if (acts.length === 0) return
    await db
      .insertInto('pending_acts')
      .values(acts.map((act) => ({ id: act.event.id, act_json: JSON.stringify(act) })))
      .execute()
  },

  async complete(acts) {
    const [first] = acts
    if (first === undefined) return []
    if (acts.length === 1 && dialect.writesSeveralAtOnce) {
      return await completeAtOnce(db, dialect, first)
    }
    return await inTransaction(db, async (transaction) => {
      const recorded: DomainEvent[] = []
      for (const { event, push } of acts) {
        if (await insertEvent(transaction, dialect, event)) recorded.push(event)
        if (push !== null) await pushUpsert(transaction, push).execute()
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
