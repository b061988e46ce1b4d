import { sql } from 'kysely'
import type { SqlDialect } from '#adapters/sql/sql-dialect.ts'

export const sqliteDialect: SqlDialect = {
  writesSeveralAtOnce: false,
  // Writers take turns, so that no other row can get the same one.
  lastPosition: (table) => ({
    position: sql<number>`(select coalesce(max(position), -1) + 1 from ${sql.table(table)})`,
  }),
  // A statement that failed changes nothing and ends no transaction.
  refusable: (_, act) => act(),
}
