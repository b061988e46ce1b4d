import type { Kysely, QueryCreator } from 'kysely'
import type { PushRecord, Pushes } from '#state/pushes.ts'
import type { Database } from './schema.ts'

/** SQLite takes at most 32,766 parameters in one statement. */
const tagsPerStatement = 1000

export const pushUpsert = (
  db: QueryCreator<Database>,
  { repository, tag, digest, actor, atMs }: PushRecord,
) =>
  db
    .insertInto('pushes')
    .values({ repository, tag, digest, actor, at_ms: atMs })
    .onConflict((conflict) =>
      conflict
        .columns(['repository', 'tag'])
        .doUpdateSet({ digest, actor, at_ms: atMs })
        .where('pushes.at_ms', '<=', atMs),
    )

export const createSqlPushes = (db: Kysely<Database>): Pushes => ({
  async record(push) {
    await pushUpsert(db, push).execute()
  },

  async latest(repository, tags) {
    const records: PushRecord[] = []
    for (let at = 0; at < tags.length; at += tagsPerStatement) {
      const rows = await db
        .selectFrom('pushes')
        .select(['repository', 'tag', 'digest', 'actor', 'at_ms as atMs'])
        .where('repository', '=', repository)
        .where('tag', 'in', tags.slice(at, at + tagsPerStatement))
        .execute()
      records.push(...rows)
    }
    return records
  },
})
