import { sql, type Kysely } from 'kysely'
import type { Change, ChangeFeed } from '#coordination/change-feed.ts'
import { committed, committedAtOnce, one } from './agreeing.ts'

const pageSize = 1000

export const createChangeFeed = (db: Kysely<unknown>): ChangeFeed => ({
  publish: (topic, body) =>
    // Locks the row until the commit: who sees a number sees all smaller ones.
    committedAtOnce(
      db,
      sql`with next as (update agreement_feed set number = number + 1 returning number)
        insert into agreement_changes (number, topic, body)
        select number, ${topic}, ${body} from next`,
    ),

  since: (number) =>
    committed(db, async (tx) => {
      const newest = await newestIn(tx)
      const { rows } = await sql<Change>`select number, topic, body from agreement_changes
        where number > ${number} and number <= ${newest} order by number limit ${pageSize}`.execute(
        tx,
      )
      if (newest <= number) return []
      return rows[0]?.number === number + 1 ? rows : null
    }),

  newest: () => committed(db, newestIn),

  forget: (olderThanMs) =>
    committed(db, async (tx) => {
      await sql`delete from agreement_changes
        where made_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`.execute(tx)
    }),
})

async function newestIn(tx: Kysely<unknown>): Promise<number> {
  const { number } = await one(tx, sql<{ number: number }>`select number from agreement_feed`)
  return number
}
