import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Removes all but the newest by `made_at_ms`, with their parts. */
export async function keepNewest(
  db: Kysely<Database>,
  table: 'plans' | 'previews',
  count: number,
): Promise<void> {
  await db
    .deleteFrom(table)
    .where('id', 'not in', (query) =>
      query.selectFrom(table).select('id').orderBy('made_at_ms', 'desc').limit(count),
    )
    .execute()
}
