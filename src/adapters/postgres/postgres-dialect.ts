import { sql } from 'kysely'
import type { SqlDialect } from '#adapters/sql/sql-dialect.ts'

export const postgresDialect: SqlDialect = {
  writesSeveralAtOnce: true,
  // A sequence gives it, so that two transactions do not wait for each other.
  lastPosition: () => ({}),
  // Without a savepoint, a refused statement would end the transaction.
  async refusable(db, act) {
    if (!db.isTransaction) return await act()
    await sql`savepoint refusable`.execute(db)
    try {
      const result = await act()
      await sql`release savepoint refusable`.execute(db)
      return result
    } catch (error) {
      await sql`rollback to savepoint refusable`.execute(db)
      throw error
    }
  },
}
