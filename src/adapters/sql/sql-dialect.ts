import type { Expression, Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** What databases do differently, as far as queries of the state know it. */
export interface SqlDialect {
  /** Whether one statement can write to several tables, and is then a transaction by itself. */
  readonly writesSeveralAtOnce: boolean
  /** What a new row of a table needs to come after all others: its position, or nothing. */
  lastPosition(table: 'activity' | 'jobs'): { readonly position?: Expression<number> }
  /**
   * Does what the database may refuse. Within a transaction, the transaction goes on after a
   * refusal, and has nothing of what was refused.
   */
  refusable<T>(db: Kysely<Database>, act: () => Promise<T>): Promise<T>
}
