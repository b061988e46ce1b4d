import { sql, type RawBuilder } from 'kysely'
import { expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { openDatabase } from './open-database.ts'

/** The database's own query plan, which does not depend on the machine's speed. */
async function planOf(condition: RawBuilder<unknown>): Promise<string> {
  const db = openDatabase(':memory:')
  await migrate(db, 'memory')
  const { rows } = await sql<{ detail: string }>`explain query plan select * from activity
    where ${condition} order by at_ms desc, position desc limit 100`.execute(db)
  await db.destroy()
  return rows.map(({ detail }) => detail).join('; ')
}

test.each([
  ['a repository', sql`repository = 'team/app'`],
  ['a person', sql`actor = 'ada'`],
  ['nobody', sql`actor is null`],
  ['any time', sql`at_ms >= 0`],
])('a page of %s is read in its order, by an index', async (_, condition) => {
  const plan = await planOf(condition)
  expect(plan).toContain('USING INDEX activity_by_')
  expect(plan).not.toContain('TEMP B-TREE')
})

test('what a reader may see is found by indexes, not by reading all', async () => {
  const plan = await planOf(sql`(actor = 'ada'
    or (subject = 'ada' and repository is null and kind in ('signed in', 'access changed'))
    or repository = 'team' or (repository >= 'team/' and repository < 'team0'))`)
  expect(plan).toContain('MULTI-INDEX OR')
  expect(plan).not.toContain('SCAN')
})
