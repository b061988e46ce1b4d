import type { Kysely } from 'kysely'
import type { ActivityKind } from '#domain/activity-kind.ts'
import type { Activity } from '#state/activity.ts'
import type { Database } from './schema.ts'

export const createSqlActivity = (db: Kysely<Database>): Activity => ({
  async record(event) {
    await db
      .insertInto('activity')
      .values((query) => ({
        id: event.id,
        position: query
          .selectFrom('activity as before')
          .select(({ eb, fn, lit }) =>
            eb(fn.coalesce(fn.max('before.position'), lit(-1)), '+', lit(1)).as('next'),
          ),
        at_ms: event.atMs,
        kind: event.kind,
        actor: event.actor,
        from_address: event.from,
        repository: event.repository,
        subject: event.subject,
        detail: event.detail,
      }))
      .execute()
  },

  async list({ repository, actor, kinds, fromMs, toMs, offset, limit }) {
    if (kinds?.length === 0) return { events: [], total: 0 }
    let matching = db.selectFrom('activity')
    if (repository !== undefined) matching = matching.where('repository', '=', repository)
    if (actor !== undefined) matching = matching.where('actor', '=', actor)
    if (kinds !== undefined) matching = matching.where('kind', 'in', kinds)
    if (fromMs !== undefined) matching = matching.where('at_ms', '>=', fromMs)
    if (toMs !== undefined) matching = matching.where('at_ms', '<', toMs)
    const { total } = await matching
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow()
    const rows = await matching
      .selectAll()
      .orderBy('at_ms', 'desc')
      .orderBy('position', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    const events = rows.map((row) => ({
      id: row.id,
      atMs: row.at_ms,
      kind: row.kind as ActivityKind,
      actor: row.actor,
      from: row.from_address,
      repository: row.repository,
      subject: row.subject,
      detail: row.detail,
    }))
    return { events, total: Number(total) }
  },
})
