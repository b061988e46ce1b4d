import type { Kysely } from 'kysely'
import { whereOf, type PoolLimits } from '../connection-pool.ts'
import { schemaOf } from '../migrate.ts'
import { openPool, poolLimits } from '../open-up-to-date.ts'
import { migrateAgreement } from './migrate-agreement.ts'

/** Connections for different purposes: none of them waits for another. */
export interface AgreementConnections {
  /** For calls of clients and collections. */
  readonly calls: Kysely<unknown>
  /** For what a server must not be late with. */
  readonly beats: Kysely<unknown>
  close(): Promise<void>
}

/** A beat that takes longer has failed: the next one may be in time. */
const beatMs = 5000
/**
 * A server that rests for so long within a transaction is frozen. What it has locked would keep all
 * others from counting it out.
 */
const restMs = 5000
/** Beats come one after the other; beside them a collection closes the push gate. */
const beatConnections = 2

/**
 * Opens the tables of the agreement, brought up to date. Rejects with a `StateError` if the database
 * cannot be used.
 */
export async function openAgreement(
  url: string,
  options: Partial<PoolLimits> = {},
): Promise<AgreementConnections> {
  const limits = { ...poolLimits, ...options }
  const where = whereOf(url)
  const opening = openPool(url, { ...limits, connections: 1, statementMs: 0 })
  try {
    await migrateAgreement(opening.db, { where, schema: await schemaOf(opening.db, where) })
  } finally {
    await opening.db.destroy()
  }
  // Each statement by itself is a transaction, and sees what is committed when it begins.
  const agreed = { ...limits, isolation: 'read committed', idleInTransactionMs: restMs } as const
  const calls = openPool(url, agreed).db as unknown as Kysely<unknown>
  const beats = openPool(url, {
    ...agreed,
    connections: beatConnections,
    connectMs: beatMs,
    statementMs: beatMs,
  }).db as unknown as Kysely<unknown>
  return {
    calls,
    beats,
    async close() {
      await Promise.all([calls.destroy(), beats.destroy()])
    },
  }
}
