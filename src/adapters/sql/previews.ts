import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { textOr } from '#domain/values/json-fields.ts'
import type { Previews } from '#state/previews.ts'
import { inTransaction } from './columns.ts'
import { keepNewest } from './keep-newest.ts'
import type { Database } from './schema.ts'
import { readJson } from './stored-json.ts'

export const createSqlPreviews = (db: Kysely<Database>): Previews => ({
  async save({ id, madeAtMs, madeBy, isApproved, parts }) {
    await inTransaction(db, async (transaction) => {
      await transaction
        .insertInto('previews')
        .values({
          id,
          made_at_ms: madeAtMs,
          made_by: madeBy,
          is_approved: isApproved ? 1 : 0,
        })
        .execute()
      for (const [part, text] of parts.entries()) {
        await transaction
          .insertInto('preview_parts')
          .values({ preview_id: id, part, text_json: JSON.stringify(text) })
          .execute()
        await setImmediate()
      }
    })
  },

  async find(id) {
    const row = await db.selectFrom('previews').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return null
    const parts: string[] = []
    for (;;) {
      const stored = await db
        .selectFrom('preview_parts')
        .select('text_json')
        .where('preview_id', '=', id)
        .where('part', '=', parts.length)
        .executeTakeFirst()
      if (stored === undefined) break
      parts.push(textOr(readJson(stored.text_json), ''))
      await setImmediate()
    }
    return {
      id,
      madeAtMs: row.made_at_ms,
      madeBy: row.made_by,
      isApproved: row.is_approved === 1,
      parts,
    }
  },

  async isApproved(id) {
    const row = await db
      .selectFrom('previews')
      .select('is_approved')
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : row.is_approved === 1
  },

  async approve(id) {
    await db.updateTable('previews').set({ is_approved: 1 }).where('id', '=', id).execute()
  },

  keepNewest: (count) => keepNewest(db, 'previews', count),
})
